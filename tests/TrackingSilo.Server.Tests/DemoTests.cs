using System.Diagnostics;
using System.Text.Json.Nodes;
using TrackingSilo.Server.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Server.Tests;

/// <summary>The first of the README's commands.</summary>
public class DemoTests(ITestOutputHelper output)
{
    // It builds first, if only to see that nothing has to be built.
    static readonly TimeSpan s_endsWithin = TimeSpan.FromMinutes(5);

    [BuiltFact]
    public async Task The_demo_ends_well_and_its_last_line_counts_every_way()
    {
        using var folder = new TestFolder();
        using var demo = Process.Start(new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = s_checkout,
            ArgumentList = { "./demo", "--seconds", "20", "--data", folder.In("demo") },
        })!;
        demo.StandardInput.Close();
        var (said, errors) = (demo.StandardOutput.ReadToEndAsync(), demo.StandardError.ReadToEndAsync());
        await Task.WhenAny(demo.WaitForExitAsync(), Task.Delay(s_endsWithin));
        if (!demo.HasExited)
        {
            demo.Kill(); // this one process, by its id: what it has started ends with it
            Assert.Fail($"The demo has not ended within {s_endsWithin}. It said:\n{await said}\n{await errors}");
        }
        var lines = (await said).TrimEnd().Split('\n');
        output.WriteLine(lines[^1]);

        Assert.True(demo.ExitCode == 0, $"{demo.ExitCode}: {await errors}\n{string.Join('\n', lines)}");
        var report = JsonNode.Parse(lines[^1])!;
        var idle = report["arrows"]!.AsObject().Where(arrow => (long)arrow.Value! == 0).Select(arrow => arrow.Key);
        Assert.Empty(idle);
        Assert.Equal(0, (long)report["exceptionsInLog"]!);
        Assert.Equal(0, (long)report["failures"]!["actorFailures"]!);
        Assert.Equal(0, (long)report["failures"]!["droppedByBroker"]!);
        Assert.Empty(report["failures"]!["viewers"]!.AsArray());
        Assert.Null(report["failures"]!["gateway"]);
        Assert.NotEqual(0, (long)report["shipmentsByStatus"]!["delivered"]!);
    }

    static readonly string s_checkout = Checkout();

    static string Checkout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TrackingSilo.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [AttributeUsage(AttributeTargets.Method)]
    sealed class BuiltFactAttribute : FactAttribute
    {
        public BuiltFactAttribute()
        {
            if (!File.Exists(Path.Combine(s_checkout, "src/TrackingSilo.Simulation/bin/Release/net10.0/TrackingSilo.Simulation.dll")))
                Skip = "The demo runs the Release build, and there is none: dotnet build -c Release, or ./test.";
        }
    }
}
