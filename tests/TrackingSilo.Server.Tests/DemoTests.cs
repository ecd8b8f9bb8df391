using System.Diagnostics;
using System.Text.Json.Nodes;
using TrackingSilo.Server.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Server.Tests;

/// <summary>The first of the README's commands.</summary>
public class DemoTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_demo_ends_well_and_its_last_line_counts_every_way()
    {
        using var folder = new TestFolder();
        using var demo = Process.Start(new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout(),
            ArgumentList = { "./demo", "--seconds", "20", "--data", folder.In("demo") },
        })!;
        demo.StandardInput.Close();
        var (said, errors) = (demo.StandardOutput.ReadToEndAsync(), demo.StandardError.ReadToEndAsync());
        await demo.WaitForExitAsync().WithinLimit("the demo to end", () => "it runs");
        var lines = (await said).TrimEnd().Split('\n');
        output.WriteLine(lines[^1]);

        Assert.True(demo.ExitCode == 0, $"{demo.ExitCode}: {await errors}\n{string.Join('\n', lines)}");
        var report = JsonNode.Parse(lines[^1])!;
        output.WriteLine(report.ToJsonString(new() { WriteIndented = true }));
        Assert.Equal(0, (int)report["exceptionsInLog"]!);
    }

    static string Checkout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TrackingSilo.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
