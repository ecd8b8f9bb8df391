using System.Diagnostics;
using TrackingSilo.Storage.Leases;

namespace TrackingSilo.Storage.Tests;

public sealed class ServerProcessTests
{
    [Fact]
    public void This_process_is_not_gone()
    {
        Assert.False(ServerProcess.Current.IsGone());
        Assert.Equal(ServerProcess.Current, ServerProcess.Of(Environment.ProcessId));
    }

    [Fact]
    public void A_process_is_gone_once_it_was_killed()
    {
        using var process = Process.Start("sleep", "600");
        var server = ServerProcess.Of(process.Id);
        Assert.False(server.IsGone());

        process.Kill();
        process.WaitForExit();
        Assert.True(server.IsGone());
    }

    [Fact]
    public async Task A_killed_process_is_gone_before_its_parent_notices()
    {
        // The child's parent becomes a program that never asks for its children.
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"]) { RedirectStandardOutput = true })!;
        using var child = Process.GetProcessById(int.Parse((await parent.StandardOutput.ReadLineAsync())!));
        var server = ServerProcess.Of(child.Id);
        Assert.False(server.IsGone());

        child.Kill();
        for (var deadline = Stopwatch.StartNew(); !server.IsGone() && deadline.Elapsed < TimeSpan.FromSeconds(10);)
            await Task.Delay(5);

        Assert.True(server.IsGone(), "A killed process that nobody waited for counts as alive.");
        Assert.True(Directory.Exists($"/proc/{child.Id}"), "The test is about a process that is still listed.");
        parent.Kill();
    }

    [Fact]
    public void Another_process_with_the_pid_is_not_the_process()
        => Assert.True((ServerProcess.Current with { Start = ServerProcess.Current.Start - 1 }).IsGone());

    [Fact]
    public void Nobody_knows_of_processes_elsewhere()
        => Assert.False(new ServerProcess(Environment.MachineName, "the same name, another machine", int.MaxValue, 1).IsGone());
}
