using System.Globalization;
using TrackingSilo.DevBroker;
using TrackingSilo.Kafka;
using TrackingSilo.LoadTests.Measuring;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>One run: what an idle page costs, how old views are, the same beside pages that never read, and what a crash does to those who look.</summary>
sealed class LatencyRun(LoadTest test, int viewers, int reportsPerSecond, int vans, int silent)
{
    const int Partitions = 8;
    static readonly TimeSpan s_settle = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_look = TimeSpan.FromSeconds(15);
    static readonly TimeSpan s_comeBack = TimeSpan.FromSeconds(90);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tracking-latency");
    readonly int _port = ServerProcess.FreePort();

    public async Task<object> MeasureAsync()
    {
        var topics = new KafkaTopics();
        await using var broker = await DevBrokerProcess.StartAsync(topics.Inputs.Concat(topics.Outputs).Select(topic => new Topic(topic, Partitions)));
        try
        {
            using var sender = new Sender(broker.Bootstrap);
            var idle = await IdleAsync(broker, sender);
            await using var server = await StartAsync(broker, small: false);
            return await MeasureAsync(broker, server, sender, idle);
        }
        finally
        {
            _folder.Delete(recursive: true);
        }
    }

    async Task<object> MeasureAsync(DevBrokerProcess broker, ServerProcess first, Sender sender, Idle idle)
    {
        var server = first;
        var schedule = new Schedule(TimeProvider.System.GetUtcNow().AddSeconds(1).ToUnixTimeMilliseconds(), vans, reportsPerSecond);
        await using var pages = await ViewersOutside.OpenAsync(new ViewerTask(HubOf(server), schedule, idle.Links));
        using var over = new CancellationTokenSource();
        using var stamps = new BrokerStamps(broker.Bootstrap, Partitions);
        var playing = Task.Run(() => sender.PlayAsync(schedule, over.Token));
        if (!await pages.UntilAsync(report => report.Following == viewers, s_comeBack))
            throw new InvalidOperationException("Not all viewers could follow: " + string.Join(' ', (await pages.AskAsync("report")).Complaints));
        await SettleAsync(pages);

        var seconds = test.Duration(60);
        var alone = await PhaseAsync("viewers that read", pages, server, stamps, seconds);
        var silentOpened = (await pages.AskAsync($"silent {silent}")).Breaks;
        await Task.Delay(s_settle);
        var memoryBefore = server.MemoryBytes;
        var beside = await PhaseAsync($"beside {silent} that never read", pages, server, stamps, seconds);
        var memoryAfter = server.MemoryBytes;
        var cut = (await pages.AskAsync("silent 0")).Breaks - silentOpened;

        await server.KillAsync();
        await using var next = await StartAsync(broker, small: false);
        server = next;
        var before = beside.Pages;
        var isBack = await pages.UntilAsync(report => report.OnNewestRun == viewers && report.Following == viewers, s_comeBack);
        await Task.Delay(s_settle);
        await over.CancelAsync();
        var sent = await playing;
        await Task.Delay(TimeSpan.FromSeconds(2));
        var end = await pages.AskAsync(string.Create(CultureInfo.InvariantCulture, $"final {sent}"));
        foreach (var complaint in end.Complaints)
            test.Say($"- A viewer was answered what it should not be: {complaint}");

        Say(alone, beside, idle, end, memoryAfter - memoryBefore, isBack);
        return new
        {
            viewers, reportsPerSecond, vans, seconds = seconds.TotalSeconds,
            alone.Pages.P50Ms, alone.Pages.P99Ms, alone.Pages.P999Ms, alone.BrokerP50Ms, alone.BrokerP99Ms,
            lost = end.Lost, reordered = end.Reordered, sendFailures = sender.Failed,
            viewsPerSecond = Math.Round(alone.Pages.Views / seconds.TotalSeconds), serverCpuSecondsPerMillionViews = alone.CpuPerMillionViews, serverCpuShare = alone.ServerCpuShare,
            silentViewers = silent, silentP99Ms = beside.Pages.P99Ms, silentP99Ratio = Math.Round(beside.Pages.P99Ms / alone.Pages.P99Ms, 3), silentCut = cut,
            memoryBeforeMb = memoryBefore >> 20, memoryAfterMb = memoryAfter >> 20,
            idleBytesPerViewer = idle.BytesPerViewer, idleCpuMicrosPerViewerSecond = idle.CpuMicrosPerViewerSecond,
            crashReturned = isBack ? viewers : end.OnNewestRun, crashOlder = end.Older - before.Older,
        };
    }

    // A server that has just started compiles what it runs, while a thousand pages come at once: what waits meanwhile is not its steady state.
    static async Task SettleAsync(ViewersOutside pages)
    {
        for (var tries = 0; tries < 12; tries++)
        {
            await pages.AskAsync("begin");
            await Task.Delay(TimeSpan.FromSeconds(5));
            if (await pages.AskAsync("report") is { Reports: > 0, P99Ms: < 1_000 })
                return;
        }
    }

    // Before any van reports: pages that look at parcels of which there is nothing new.
    async Task<Idle> IdleAsync(DevBrokerProcess broker, Sender sender)
    {
        await using var server = await StartAsync(broker, small: true);
        await sender.PrepareAsync(vans, TimeProvider.System.GetUtcNow());
        var links = await LinksAsync(server);
        await Task.Delay(s_settle);
        var withoutPages = await CpuShareAsync(server);
        var memory = server.MemoryBytes;
        var schedule = new Schedule(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), vans, reportsPerSecond);
        await using var pages = await ViewersOutside.OpenAsync(new ViewerTask(HubOf(server), schedule, links));
        if (!await pages.UntilAsync(report => report.Following == viewers, s_comeBack))
            throw new InvalidOperationException("Not all viewers could follow: " + string.Join(' ', (await pages.AskAsync("report")).Complaints));
        await Task.Delay(s_settle);
        var bytes = (server.MemoryBytes - memory) / viewers;
        return new Idle(links, bytes, Math.Round((await CpuShareAsync(server) - withoutPages) * 1e6 / viewers, 1));
    }

    static async Task<double> CpuShareAsync(ServerProcess server)
    {
        var cpu = server.CpuSeconds;
        await Task.Delay(s_look);
        return (server.CpuSeconds - cpu) / s_look.TotalSeconds;
    }

    async Task<string[]> LinksAsync(ServerProcess server)
        => await test.ProgressAsync("links", async progress =>
        {
            var links = new string[viewers];
            var done = 0;
            await Parallel.ForAsync(0, viewers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (van, _) =>
            {
                links[van] = await server.LinkAsync(Town.ShipmentKey(van));
                progress.Report((double)Interlocked.Increment(ref done) / viewers);
            });
            return links;
        });

    async Task<Phase> PhaseAsync(string what, ViewersOutside pages, ServerProcess server, BrokerStamps stamps, TimeSpan seconds)
        => await test.ProgressAsync(what, async progress =>
        {
            await pages.AskAsync("begin");
            stamps.Ages.Clear();
            var cpu = server.CpuSeconds;
            for (var second = 0; second < seconds.TotalSeconds; second++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                progress.Report(second / seconds.TotalSeconds);
            }
            var report = await pages.AskAsync("report");
            var spent = server.CpuSeconds - cpu;
            return new Phase(what, report, stamps.Ages.Percentile(0.5), stamps.Ages.Percentile(0.99), Math.Round(spent * 1e6 / report.Views, 1), Math.Round(spent / seconds.TotalSeconds, 2));
        });

    Task<ServerProcess> StartAsync(DevBrokerProcess broker, bool small) => ServerProcess.StartAsync(_folder.FullName, broker.Bootstrap, broker.Log, _port, small);

    static Uri HubOf(ServerProcess server) => new UriBuilder(server.Address) { Scheme = "ws", Path = "/hub" }.Uri;

    void Say(Phase alone, Phase beside, Idle idle, ViewerReport end, long growth, bool isBack)
    {
        test.Say($"{viewers} pages, each on a parcel of its own, while {vans} vans send {reportsPerSecond} positions a second. Milliseconds from when a report was due to the view that shows it, for every report.");
        test.Say("");
        test.Table(
            ["", "p50", "p99", "p99.9", "broker alone p99", "views/s", "server CPU s per million views", "server CPU, cores"],
            new[] { alone, beside }.Select(phase => (IReadOnlyList<object>)
            [
                phase.What, phase.Pages.P50Ms, phase.Pages.P99Ms, phase.Pages.P999Ms, phase.BrokerP99Ms, Math.Round(phase.Pages.Views / test.Duration(60).TotalSeconds), phase.CpuPerMillionViews, phase.ServerCpuShare,
            ]));
        test.Say($"- Lost: {end.Lost}; reordered: {end.Reordered}. Server memory over the second phase: {growth / 1024:+#,0;-#,0;0} KiB.");
        test.Say($"- An idle page costs {idle.BytesPerViewer / 1024.0:0.0} KiB of the server's memory and {idle.CpuMicrosPerViewerSecond} µs of processor time a second.");
        test.Say($"- After kill -9 and a start {(isBack ? "all are" : $"only {end.OnNewestRun} are")} back on the newest run; views older than what was seen: {end.Older}.");
    }

    sealed record Idle(string[] Links, long BytesPerViewer, double CpuMicrosPerViewerSecond);

    sealed record Phase(string What, ViewerReport Pages, double BrokerP50Ms, double BrokerP99Ms, double CpuPerMillionViews, double ServerCpuShare);
}
