using System.Diagnostics;
using System.Globalization;

namespace TrackingSilo.DevBroker.Tests;

/// <summary>The program itself, under a shell that is its parent.</summary>
public class LifetimeTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly string _program = Path.Combine(AppContext.BaseDirectory, "TrackingSilo.DevBroker.dll");

    [Fact]
    public async Task It_ends_when_its_parent_dies()
    {
        // The shell holds the broker's standard input open and waits for ever on its own; the broker writes where the shell would.
        using var parent = Shell($"exec 3> >(exec dotnet '{_program}' --topics scans:1); read -r _");
        Assert.StartsWith("READY bootstrap=127.0.0.1:", await LineAsync(parent), StringComparison.Ordinal);

        parent.Kill(); // the shell alone

        Assert.Equal("", await parent.StandardOutput.ReadToEndAsync().WaitAsync(_patience)); // the broker has closed it, so it is gone
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task It_ends_on_a_signal_and_says_no_error(string signal)
    {
        // A process that was started in the background ignores SIGINT, and so do its children, unless it is put back.
        using var broker = Shell($"exec env --default-signal={signal} dotnet '{_program}'");
        Assert.StartsWith("READY", await LineAsync(broker), StringComparison.Ordinal);

        using var kill = Process.Start("kill", ["-" + signal, broker.Id.ToString(CultureInfo.InvariantCulture)]);

        await broker.WaitForExitAsync().WaitAsync(_patience);
        Assert.Equal(0, broker.ExitCode);
    }

    [Fact]
    public async Task Commands_are_answered_a_line_each_and_the_port_is_written()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var broker = Shell($"exec dotnet '{_program}' --port-file '{file}'");
            var ready = await LineAsync(broker);
            await broker.StandardInput.WriteAsync("topic scans 2\nrtt fast\nsideways\ndown\nup\n");
            string[] answers = [await LineAsync(broker), await LineAsync(broker), await LineAsync(broker), await LineAsync(broker), await LineAsync(broker)];
            broker.StandardInput.Close();
            await broker.WaitForExitAsync().WaitAsync(_patience);

            Assert.Equal(["OK", "FAILED 'rtt fast' is no command", "FAILED 'sideways' is no command", "OK", "OK"], answers);
            Assert.Contains($"bootstrap=127.0.0.1:{await File.ReadAllTextAsync(file)} ", ready, StringComparison.Ordinal);
            Assert.Equal(0, broker.ExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_librdkafka_it_says_what_to_install()
    {
        var error = new StringWriter();

        var exitCode = await Program.RunAsync([], () => throw new DllNotFoundException(), error);

        Assert.Equal(3, exitCode);
        Assert.Contains("apt-get install librdkafka1", error.ToString(), StringComparison.Ordinal);
    }

    private static Process Shell(string script) => Process.Start(new ProcessStartInfo("bash", ["-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(_patience)
        ?? throw new InvalidOperationException("It ended: " + await process.StandardError.ReadToEndAsync());
}
