using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrackingSilo.DevBroker;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Kafka;
using TrackingSilo.Simulation.Sending;

namespace TrackingSilo.Simulation.Demo;

/// <summary>
/// One demo from start to end: the broker, the server, what feeds them, the people who look, and at the end what came of it. All that it starts ends with it.
/// </summary>
sealed class DemoRun(DemoOptions options, TimeProvider time)
{
    /// <summary>The clock starts this long after the server is started, which is about when it listens.</summary>
    static readonly TimeSpan s_lead = TimeSpan.FromSeconds(4);

    static readonly TimeSpan s_consumeWithin = TimeSpan.FromSeconds(120);
    static readonly TimeSpan s_sendWithin = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan s_saveEvery = TimeSpan.FromSeconds(5);

    // For eyes and parsers, not for HTML: a plus sign stays one.
    static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const int Interrupted = 130; // as shells have it
    const int PagesShown = 3;
    const int PagesConsidered = 12;

    readonly KafkaTopics _topics = new();
    readonly Ledger _ledger = new();

    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await new DemoRun(options, TimeProvider.System).RunAsync(cancellationToken);
        }
        catch (DemoException e)
        {
            await Console.Error.WriteLineAsync("demo: " + e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var port = Ports.Choose(options.Port);
        var program = options.Server is { } given ? Path.GetFullPath(given) : ServerProcess.FindProgram();
        var data = DataFolder.Open(options.Data ?? DataFolder.DefaultFor(DemoSource.NameOf(options)));
        var source = DemoSource.Make(options, data.Reached, time.GetUtcNow());
        data.SaveFences(source.Fences);
        data.SaveSkips(source.Skips);

        foreach (var line in DemoSource.Remarks(source))
            DemoProgress.Say(line);

        await using var brokerLog = new LogFile(data.BrokerLog);
        await using var broker = await StartBrokerAsync(brokerLog, cancellationToken);
        var clock = new ClockSchedule
        {
            DomainStart = source.StartsAt, RealStart = time.GetUtcNow() + s_lead, Speed = options.Speed, Skips = source.Skips,
        };
        var operatorKey = NewKey();
        var settings = new ServerSettings(program, port, broker.Bootstrap, broker.Log, data, clock, operatorKey)
        {
            CarrierKeys = [.. source.Carriers.Select(carrier => (carrier, NewKey()))],
        };
        DemoProgress.Say($"{source.Name}: starting the server; its log is {data.ServerLog}");
        await using var server = ServerProcess.Start(settings);
        using var api = new ServerApi(new Uri($"http://127.0.0.1:{port}"), operatorKey, settings.CarrierKeys);
        await using var viewers = new DemoViewers(api, operatorKey);
        using var feed = new DemoFeed(source, clock, time, new KafkaSender(broker.Bootstrap, _topics), _ledger);
        feed.Start();

        if (!await api.ReadyAsync(() => server.HasExited, cancellationToken))
            throw Ended(server);
        feed.OpenGateway(api);
        await ShowPagesAsync(Next(), api, viewers, operatorKey, cancellationToken);
        await viewers.ComeAndGoAsync(Next, PlayAsync(source, clock, data, server, api, viewers, feed, cancellationToken));
        if (cancellationToken.IsCancellationRequested)
            return Interrupted;

        var stoppedAt = time.GetUtcNow();
        await feed.StopAsync();
        using var readings = new BrokerReadings(broker.Bootstrap, ServerSettings.ConsumerGroup);
        await ConsumedAsync(readings, server, api, cancellationToken);
        var report = new DemoReport(source, options, clock, _ledger, _topics)
        {
            Seconds = (stoppedAt - clock.RealStart).TotalSeconds,
            Statistics = await api.StatisticsAsync(cancellationToken),
            ViewsReceived = viewers.Received,
            Instructions = viewers.Instructions,
            ViewersTroubles = [.. viewers.Troubles],
        };
        var json = report.ToJson(readings, feed);
        json["exceptionsInLog"] = server.Log.Exceptions + brokerLog.Exceptions;
        data.SaveReached(clock.ToDomain(time.GetUtcNow() + s_saveEvery));
        DemoProgress.Say(json.ToJsonString(s_readable));
        return 0;

        IReadOnlyList<ShipmentId> Next() => source.WorthWatching(PagesConsidered, clock.ToDomain(time.GetUtcNow()));
    }

    async Task<DevBrokerProcess> StartBrokerAsync(LogFile log, CancellationToken cancellationToken)
    {
        try
        {
            return await DevBrokerProcess.StartAsync(
                KafkaTopic.Inputs(_topics).Concat(KafkaTopic.Outputs(_topics)).Select(topic => new Topic(topic.Name, topic.Partitions)), log.Write,
                cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new DemoException(e.Message);
        }
    }

    async Task ShowPagesAsync(
        IReadOnlyList<ShipmentId> watched, ServerApi api, DemoViewers viewers, string operatorKey, CancellationToken cancellationToken)
    {
        await viewers.WatchFleetAsync(cancellationToken);
        DemoProgress.Say($"Fleet page:    {new Uri(api.Address, "/fleet")}#key={operatorKey}");
        Uri? link = null;
        foreach (var shipment in watched.Take(PagesShown))
        {
            link = await viewers.FollowAsync(shipment, cancellationToken);
            DemoProgress.Say($"Tracking page: {link}");
        }
        if (link is not null)
            await viewers.InstructAsync(link, cancellationToken);
        DemoProgress.Say(options.Seconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"At {options.Speed} times real time, for {seconds} seconds. Ctrl-C ends it.")
            : string.Create(CultureInfo.InvariantCulture, $"At {options.Speed} times real time, until Ctrl-C."));
    }

    // Until the time is over, the messages are, or somebody ends it.
    async Task PlayAsync(
        IMessageSource source, ClockSchedule clock, DataFolder data, ServerProcess server, ServerApi api, DemoViewers viewers, DemoFeed feed,
        CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options.Seconds is { } seconds)
            over.CancelAfter(Positive(clock.RealStart + TimeSpan.FromSeconds(seconds) - time.GetUtcNow()));
        var showing = new DemoProgress().ShowAsync(ReadAsync, source.Zone, over.Token);
        var nextSave = time.GetUtcNow();
        while (!over.IsCancellationRequested && !feed.IsOver)
        {
            if (server.HasExited)
                throw Ended(server);
            if (time.GetUtcNow() >= nextSave)
            {
                // Further than it is, for the next run must not begin before the end of this one, however this one ends.
                nextSave = time.GetUtcNow() + s_saveEvery;
                data.SaveReached(clock.ToDomain(nextSave + s_saveEvery));
            }
            await Task.WhenAny(Task.Delay(s_poll, over.Token));
        }
        await over.CancelAsync();
        await showing;

        async Task<DemoState?> ReadAsync()
        {
            var statistics = await ReadStatisticsAsync(api, over.Token);
            return statistics is null ? null : new DemoState(
                clock.ToDomain(time.GetUtcNow()), feed.Sent, DemoReport.Sum(statistics["engine"]?["applied"]), DemoReport.Sum(statistics["ingestion"]?["refused"]),
                (long?)statistics["engine"]?["milestones"]?["delivered"] ?? 0, (long?)statistics["engine"]?["tells"] ?? 0, viewers.Received);
        }
    }

    static async Task<JsonNode?> ReadStatisticsAsync(ServerApi api, CancellationToken cancellationToken)
    {
        try
        {
            return await api.StatisticsAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null; // too busy, or gone; the latter is noticed elsewhere
        }
    }

    // Consumed is what the server has committed. What it has to say then still needs a moment to leave.
    async Task ConsumedAsync(BrokerReadings readings, ServerProcess server, ServerApi api, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + s_consumeWithin;
        while (KafkaTopic.Inputs(_topics).Select(readings.Progress).Any(topic => topic.Committed < topic.Written))
        {
            if (server.HasExited)
                throw Ended(server);
            if (time.GetUtcNow() > until)
                throw new DemoException($"The server has not consumed all that was sent within {s_consumeWithin.TotalSeconds} seconds. Its log is {server.Log.Path}");
            await Task.Delay(s_poll, cancellationToken);
        }
        until = time.GetUtcNow() + s_sendWithin;
        while (time.GetUtcNow() < until && DemoReport.WaitingInOutbox(await ReadStatisticsAsync(api, cancellationToken)) > 0)
            await Task.Delay(s_poll, cancellationToken);
    }

    static DemoException Ended(ServerProcess server) => new($"The server has ended. The last of its log, {server.Log.Path}:\n{server.Log.Tail}");

    static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}
