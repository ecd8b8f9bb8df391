using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TrackingSilo.LoadTests.Measuring;

/// <summary>Where and on what a result was measured.</summary>
public static class Machine
{
    /// <summary>Processor, memory, system, runtime, and the load at the moment, which says how far to trust wall time.</summary>
    public static string Describe()
    {
        var processor = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        return string.Create(CultureInfo.InvariantCulture,
            $"{processor}, {Environment.ProcessorCount} cores, {memory} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, load average {load} at the start");
    }

    /// <summary>The commit that was measured, with a mark when the checkout differs from it.</summary>
    public static string Commit() => $"{Git("rev-parse", "--short", "HEAD")}{(Git("status", "--porcelain").Length > 0 ? " with changes" : "")}";

    /// <summary>The root of the checkout that this program was built from.</summary>
    public static string Checkout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrackingSilo.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No TrackingSilo.sln above {AppContext.BaseDirectory}: run load tests from a checkout.");
    }

    static string? Line(string file, string key) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;

    static string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, WorkingDirectory = Checkout() })!;
        var output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return output;
    }
}
