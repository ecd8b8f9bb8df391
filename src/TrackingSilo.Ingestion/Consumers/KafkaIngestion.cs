using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Refused;
using TrackingSilo.Ingestion.Vocabularies;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>
/// Reads the log into the engine from the start of the server to its end: one consumer a topic, each on a thread of its own. What of it is this server's to read the engine
/// says; when that ends, reading begins again at the durable positions. Where it cannot go on, it stops the server, and <see cref="StopReason"/> says why.
/// </summary>
public sealed class KafkaIngestion : BackgroundService
{
    readonly KafkaSettings _settings;
    readonly ITrackingEngine _engine;
    readonly IngestionCounters _counters;
    readonly CarrierVocabularies _vocabularies;
    readonly VehicleIdCache _vehicles;
    readonly TimeProvider _time;
    readonly IHostApplicationLifetime _lifetime;
    readonly ILoggerFactory _loggers;
    readonly ILogger<KafkaIngestion> _logger;

    public KafkaIngestion(
        KafkaSettings settings, ITrackingEngine engine, IngestionCounters counters, CarrierVocabularies vocabularies, VehicleIdCache vehicles,
        TimeProvider time, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        (_settings, _engine, _counters, _vocabularies, _vehicles) = (settings, engine, counters, vocabularies, vehicles);
        (_time, _lifetime, _loggers) = (time, lifetime, loggers);
        _logger = loggers.CreateLogger<KafkaIngestion>();
    }

    /// <summary>Why ingestion has stopped the server, in one sentence; null: it has not.</summary>
    public string? StopReason { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (LogGapException e)
        {
            StopReason = e.Message;
            _logger.Stopped(e.Message);
            _lifetime.StopApplication();
        }
        catch (Exception e)
        {
            StopReason = "Reading the log has failed: " + e.Message;
            _logger.Failed(e);
            _lifetime.StopApplication();
        }
    }

    async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pacer = new CatchUpPacer(Limits.CatchUpSpread);
            var input = new InputSwitch(_engine, pacer, _loggers.CreateLogger<InputSwitch>());
            input.Update();
            using var watch = new LogWatch(_settings, input, _time, _loggers.CreateLogger<LogWatch>());
            var all = await OnThread("kafka-watch", () => watch.WaitForPartitions(cancellationToken));
            var share = _engine.ShareOf([.. all.Select(one => new LogPartition(_settings.Log, one.Topic, one.Partition.Value))]);
            using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, share.Ends);
            try
            {
                await ReadShareAsync(share.Partitions, pacer, input, watch, session.Token);
            }
            catch (OperationCanceledException) when (share.Ends.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // It may be another share now.
            }
        }
    }

    async Task ReadShareAsync(IReadOnlyList<LogPartition> share, CatchUpPacer pacer, InputSwitch input, LogWatch watch, CancellationToken cancellationToken)
    {
        var found = await OnThread("kafka-watch", () => Discover(share, watch, cancellationToken));
        var feeds = await OpenAsync(found, pacer, cancellationToken);
        if (feeds.Length == 0)
            await Task.Delay(Timeout.Infinite, cancellationToken); // others read everything
        using var refused = new RefusedTopic(_settings, _loggers.CreateLogger<RefusedTopic>());
        var consumers = Consumers(feeds, pacer, input, watch, refused);
        input.Update();
        try
        {
            await ReadAsync(consumers, pacer, watch, feeds, cancellationToken);
        }
        finally
        {
            // Side by side, and not for long where nobody answers: what is not committed is in the store.
            var left = Task.WhenAll(consumers.Select((consumer, i) => OnThread($"kafka-close-{i}", consumer.Dispose)));
            await Task.WhenAny(left, Task.Delay(Limits.LogCloseWithin, CancellationToken.None));
            foreach (var feed in feeds)
                _counters.Lag($"{feed.Partition.Topic}[{feed.Partition.Partition}]").Set(0); // from now on its next reader's
        }
    }

    static (TopicPartition Partition, WatermarkOffsets Watermarks)[] Discover(IReadOnlyList<LogPartition> share, LogWatch watch, CancellationToken cancellationToken)
        => [.. share.Select(one => new TopicPartition(one.Topic, one.Partition)).Select(one => (one, watch.WaitForWatermarks(one, cancellationToken)))];

    async Task<PartitionFeed[]> OpenAsync((TopicPartition Partition, WatermarkOffsets Watermarks)[] found, CatchUpPacer pacer, CancellationToken cancellationToken)
    {
        LogPartition[] partitions = [.. found.Select(one => new LogPartition(_settings.Log, one.Partition.Topic, one.Partition.Partition.Value))];
        var opened = await _engine.OpenPartitionsAsync(partitions, cancellationToken);
        var feeds = new PartitionFeed[opened.Count];
        for (var i = 0; i < feeds.Length; i++)
        {
            var (partition, watermarks) = (opened[i].Partition, found[i].Watermarks);
            var start = LogGap.StartOffset(partition, opened[i].DurableOffset + 1, watermarks, _settings.AcceptGap, out var lost);
            if (lost > 0)
                _logger.GapAccepted(partition.Topic, partition.Partition, lost, start);
            _logger.Reading(partition.Topic, partition.Partition, start, watermarks.High.Value);
            feeds[i] = new PartitionFeed(partition, opened[i].Id, pacer.Join(start, watermarks.High.Value), start) { HighWatermark = watermarks.High.Value };
        }
        return feeds;
    }

    List<TopicConsumer> Consumers(PartitionFeed[] feeds, CatchUpPacer pacer, InputSwitch input, LogWatch watch, RefusedTopic refused)
    {
        var settlement = new FeedSettlement(_engine, refused, _counters, _loggers.CreateLogger<FeedSettlement>());
        return
        [
            .. feeds.GroupBy(feed => feed.Partition.Topic).Select(topic => new TopicConsumer(
                topic.Key, DecoderOf(topic.Key), [.. topic], _engine, settlement, pacer, input, watch, _counters, _settings, _time, _loggers.CreateLogger<TopicConsumer>())),
        ];
    }

    MessageDecoder DecoderOf(string topic)
    {
        var topics = _settings.Topics;
        return topic == topics.Shipments ? new ShipmentDecoder()
            : topic == topics.Scans ? new ScanDecoder(_vocabularies, _counters)
            : topic == topics.Manifests ? new ManifestDecoder(_vehicles)
            : topic == topics.Positions ? new PositionDecoder(_vehicles)
            : topic == topics.Commands ? new CommandDecoder()
            : throw new ArgumentOutOfRangeException(nameof(topic), topic, null);
    }

    // All of it, or nothing: one that ends takes the others with it.
    async Task ReadAsync(List<TopicConsumer> consumers, CatchUpPacer pacer, LogWatch watch, PartitionFeed[] feeds, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lanes = feeds.ToDictionary(feed => feed.TopicPartition, feed => feed.Lane);
        var threads = consumers.Select((consumer, i) => OnThread($"kafka-{i}", () => consumer.Run(ending.Token))).ToList();
        threads.Add(OnThread("kafka-watch", () => watch.Run([.. lanes.Keys], (partition, end) => pacer.Extend(lanes[partition], end), ending.Token)));
        var first = await Task.WhenAny(threads);
        await ending.CancelAsync();
        await Task.WhenAll(threads).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (cancellationToken.IsCancellationRequested)
        {
            await FlushAsync();
            consumers.ForEach(consumer => consumer.CommitDurable());
        }
        await first;
    }

    // The end is in good order without it, too: what is not durable is read again.
    async Task FlushAsync()
    {
        try
        {
            await _engine.FlushAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            _logger.NotFlushed(failure);
        }
    }

    // The client blocks: not on the pool's threads.
    static Task OnThread(string name, Action action) => OnThread(name, () =>
    {
        action();
        return true;
    });

    static Task<T> OnThread<T>(string name, Func<T> function)
    {
        var ended = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(Run) { Name = name, IsBackground = true }.Start();
        return ended.Task;

        void Run()
        {
            try
            {
                ended.SetResult(function());
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        }
    }
}
