using System.Diagnostics;
using System.Text.Json;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>Which pages to open.</summary>
/// <param name="Links">Of the shipments of vans 0, 1, 2, …</param>
sealed record ViewerTask(Uri Hub, Schedule Schedule, string[] Links);

/// <summary>What the viewers have seen since they were told to begin; <see cref="Lost"/>: those who lack their van's last report.</summary>
sealed record ViewerReport(
    long Views, long Reports, double P50Ms, double P99Ms, double P999Ms, long Reordered, long Older, long Breaks, int Following, int OnNewestRun, int Lost, double CpuSeconds, string[] Complaints);

/// <summary>The viewers, in a process of their own: it takes commands as lines of its input and answers each by a line.</summary>
static class ViewerProcess
{
    static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(10);

    /// <summary>
    /// <c>begin</c>; <c>report</c>; <c>final N</c> (N reports were sent); <c>silent N</c> (so many more come who never read; 0: those leave). Ends with its input.
    /// </summary>
    public static async Task<int> RunAsync()
    {
        var task = JsonSerializer.Deserialize<ViewerTask>((await Console.In.ReadLineAsync())!)!;
        var board = new ViewerBoard(task.Schedule);
        using var left = new CancellationTokenSource();
        var viewers = task.Links.Select((link, van) => new Viewer(task.Hub, link, van, board)).ToArray();
        var staying = viewers.Select(viewer => viewer.StayAsync(reads: true, left.Token)).ToList();
        staying.Add(KeepAliveAsync(viewers, left.Token));
        var silent = new CancellationTokenSource();
        while (await Console.In.ReadLineAsync() is { } command)
        {
            switch (command.Split(' '))
            {
                case ["begin"]:
                    board.Begin();
                    break;
                case ["silent", "0"]:
                    await silent.CancelAsync();
                    silent = new CancellationTokenSource();
                    break;
                case ["silent", var count]:
                    staying.AddRange(Enumerable.Range(0, int.Parse(count)).Select(van => new Viewer(task.Hub, task.Links[van % task.Links.Length], van, board).StayAsync(reads: false, silent.Token)));
                    break;
            }
            var sent = command.StartsWith("final ", StringComparison.Ordinal) ? long.Parse(command[6..]) : 0;
            Console.WriteLine(JsonSerializer.Serialize(Report(board, viewers, sent)));
        }
        await silent.CancelAsync();
        await left.CancelAsync();
        await Task.WhenAll(staying);
        return 0;
    }

    static ViewerReport Report(ViewerBoard board, Viewer[] viewers, long sent)
    {
        using var process = Process.GetCurrentProcess();
        var newest = viewers.Max(viewer => viewer.Run);
        return new ViewerReport(
            board.Views, board.Ages.Count, board.Ages.Percentile(0.5), board.Ages.Percentile(0.99), board.Ages.Percentile(0.999), board.ReorderedCount, board.OlderCount, board.LostCount,
            viewers.Count(viewer => viewer.IsFollowing), viewers.Count(viewer => viewer.Run == newest && viewer.IsFollowing),
            sent == 0 ? 0 : viewers.Count(viewer => viewer.Turn < LastTurn(board.Schedule, viewer.Van, sent)), process.TotalProcessorTime.TotalSeconds, [.. board.Complaints]);
    }

    static long LastTurn(Schedule schedule, int van, long sent) => ((sent - 1 - van) / schedule.Vans);

    static async Task KeepAliveAsync(Viewer[] viewers, CancellationToken left)
    {
        try
        {
            using var timer = new PeriodicTimer(s_keepAlive);
            while (await timer.WaitForNextTickAsync(left))
            {
                foreach (var viewer in viewers)
                    await viewer.PingAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
    }
}

/// <summary>That process, seen from the one that measures.</summary>
sealed class ViewersOutside : IAsyncDisposable
{
    readonly Process _process;

    ViewersOutside(Process process) => _process = process;

    public static async Task<ViewersOutside> OpenAsync(ViewerTask task)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, ArgumentList = { "exec", typeof(ViewersOutside).Assembly.Location, "viewers" } };
        var viewers = new ViewersOutside(Process.Start(start)!);
        await viewers._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(task));
        return viewers;
    }

    public async Task<ViewerReport> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        var answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The viewers' process has ended.");
        return JsonSerializer.Deserialize<ViewerReport>(answer)!;
    }

    /// <summary>Asks until the answer will do.</summary>
    public async Task<bool> UntilAsync(Func<ViewerReport, bool> holds, TimeSpan limit)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < limit; await Task.Delay(250))
        {
            if (holds(await AskAsync("report")))
                return true;
        }
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(20)));
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
