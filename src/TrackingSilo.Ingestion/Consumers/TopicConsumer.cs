using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>
/// Reads one topic on one thread: gathers what is there, decodes it, settles a batch for each partition, and gathers again. It does not poll
/// while the engine works, which is all the back-pressure there is, unless that lasts.
/// </summary>
sealed class TopicConsumer : IDisposable
{
    const int IdleWaitMs = 100;  // how long to wait for a first message: bounds how long stopping takes
    const int HeldWaitMs = 10;   // the same while catch-up holds what was read
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan HeartbeatEvery = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    readonly string _topic;
    readonly MessageDecoder _decoder;
    readonly PartitionFeed[] _feeds;
    readonly PartitionFeed[] _byPartition;
    readonly ITrackingEngine _engine;
    readonly FeedSettlement _settlement;
    readonly CatchUpPacer _pacer;
    readonly InputSwitch _input;
    readonly IngestionCounters _counters;
    readonly IngestionCounters.Counter _consumed;
    readonly bool _acceptGap;
    readonly TimeProvider _time;
    readonly ILogger<TopicConsumer> _logger;
    readonly RecordBytes _bytes = new();
    readonly IConsumer<RecordBytes.Part, RecordBytes.Part> _consumer;
    readonly List<(PartitionFeed Feed, FeedBatch Batch, Task<bool> Settled)> _underWay = [];
    long _tidiedAt;
    bool _wentBack;

    public TopicConsumer(
        string topic, MessageDecoder decoder, IReadOnlyList<PartitionFeed> feeds, ITrackingEngine engine, FeedSettlement settlement, CatchUpPacer pacer,
        InputSwitch input, LogWatch watch, IngestionCounters counters, KafkaSettings settings, TimeProvider time, ILogger<TopicConsumer> logger)
    {
        (_topic, _decoder, _engine, _settlement, _pacer, _input) = (topic, decoder, engine, settlement, pacer, input);
        (_counters, _acceptGap, _time, _logger) = (counters, settings.AcceptGap, time, logger);
        _feeds = [.. feeds];
        _byPartition = new PartitionFeed[feeds.Max(feed => feed.Partition.Partition) + 1];
        foreach (var feed in feeds)
            _byPartition[feed.Partition.Partition] = feed;
        _consumed = counters.Consumed(topic);
        _consumer = new ConsumerBuilder<RecordBytes.Part, RecordBytes.Part>(settings.Consumer("tracking-silo-" + topic, Limits.PrefetchMessages, Limits.PrefetchKilobytes))
            .SetKeyDeserializer(_bytes)
            .SetValueDeserializer(_bytes)
            .SetLogHandler((_, message) => logger.Client(message))
            .SetErrorHandler((_, error) => watch.Report(error))
            .Build();
    }

    /// <summary>Reads until cancelled, or until there is no going on; then what is under way is settled or given up.</summary>
    /// <exception cref="LogGapException">The log lacks records that were never read.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        _consumer.Assign(_feeds.Select(feed => new TopicPartitionOffset(feed.TopicPartition, feed.Next)));
        while (!cancellationToken.IsCancellationRequested)
        {
            Gather(cancellationToken);
            Settle(cancellationToken);
            if (!_pacer.IsOver)
                Pace();
            if (_time.GetElapsedTime(_tidiedAt) >= Second)
                Tidy();
        }
    }

    /// <summary>Commits how far the engine is durable.</summary>
    public void CommitDurable()
    {
        var durable = _engine.DurablePositions;
        foreach (var feed in _feeds)
        {
            if (!durable.TryGetValue(feed.Id, out var offset) || offset < 0 || offset + 1 == feed.StoredOffset)
                continue;
            try
            {
                _consumer.StoreOffset(new TopicPartitionOffset(feed.TopicPartition, offset + 1));
                feed.StoredOffset = offset + 1;
            }
            catch (KafkaException e)
            {
                _logger.NotCommitted(_topic, feed.Partition.Partition, offset + 1, e.Error.Reason);
            }
        }
    }

    /// <summary>Leaves, committing what was stored.</summary>
    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    void Gather(CancellationToken cancellationToken)
    {
        var wait = FirstWait();
        var bytes = 0;
        for (var i = 0; i < Limits.BatchMaxReports && bytes < Limits.BatchMaxBytes && !cancellationToken.IsCancellationRequested; i++)
        {
            if (Poll(wait) is not { } record)
                return;
            wait = 0;
            bytes += Take(record);
        }
    }

    // While records wait in catch-up, only a partition with nothing read before its end is worth a wait for a message; the others wait for the other topics.
    int FirstWait()
    {
        if (!Array.Exists(_feeds, feed => feed.Waiting > 0))
            return IdleWaitMs;
        var limit = _pacer.Limit;
        if (Array.Exists(_feeds, feed => feed.Waiting > 0 && feed.Reached <= limit))
            return 0;
        if (Array.Exists(_feeds, feed => feed.Waiting == 0 && feed.Next < feed.HighWatermark))
            return HeldWaitMs;
        _pacer.WaitForChange(limit, HeartbeatEvery);
        return 0;
    }

    ConsumeResult<RecordBytes.Part, RecordBytes.Part>? Poll(int waitMs)
    {
        _bytes.Clear();
        try
        {
            return _consumer.Consume(waitMs);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            PassGap(_byPartition[e.ConsumerRecord.Partition.Value]);
            return null;
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            _logger.ReadError(_topic, e.Error.Code, e.Error.Reason);
            return null;
        }
    }

    /// <returns>How many bytes it has.</returns>
    int Take(ConsumeResult<RecordBytes.Part, RecordBytes.Part> record)
    {
        var feed = _byPartition[record.Partition.Value];
        var offset = record.Offset.Value;
        if (record.IsPartitionEOF)
        {
            feed.AtEnd(offset);
            return 0;
        }
        if (!feed.Expects(offset, out var missing))
        {
            if (!feed.IsPaused)
                _counters.Doubles.Add();
            return 0;
        }
        if (missing > 0)
        {
            _counters.Holes.Add(missing);
            _logger.Hole(_topic, record.Partition.Value, missing, offset);
        }
        var (key, value) = (record.Message.Key, record.Message.Value);
        var recordTime = RecordTime.Of(record.Message.Timestamp);
        var decoded = value.Length > value.Kept ? _decoder.TooLarge(value.Length) : _decoder.Decode(_bytes[value], offset, recordTime);
        if (!decoded.IsRefused && !Ascii.Equals(_bytes[key], decoded.Report.Key))
            _counters.KeyMismatches.Add();
        feed.Add(offset, recordTime, _bytes, key, value, decoded);
        _consumed.Add();
        return key.Kept + value.Kept;
    }

    void Settle(CancellationToken cancellationToken)
    {
        var limit = _pacer.Limit;
        foreach (var feed in _feeds)
        {
            var batch = feed.Batch(limit);
            if (batch.Records > 0)
                _underWay.Add((feed, batch, _settlement.SettleAsync(feed, batch, cancellationToken)));
        }
        if (_underWay.Count > 0)
            WaitForSettlement(cancellationToken);
    }

    void WaitForSettlement(CancellationToken cancellationToken)
    {
        var all = Task.WhenAll(_underWay.Select(one => one.Settled));
        if (!HasEnded(all, Limits.HoldBeforePause))
            Hold(all);
        all.GetAwaiter().GetResult();
        var wentBack = false;
        foreach (var (feed, batch, settled) in _underWay)
        {
            if (settled.Result)
            {
                feed.Settle(batch);
                continue;
            }
            GoTo(feed, _engine.DurablePositions.GetValueOrDefault(feed.Id, -1) + 1);
            wentBack = true;
        }
        _underWay.Clear();
        // Back twice in a row means that the engine is not done with loading yet: no use in asking it all the time.
        if (wentBack && _wentBack)
            cancellationToken.WaitHandle.WaitOne(HeartbeatEvery);
        _wentBack = wentBack;
    }

    // Stops fetching, polls so that the client lives, and reads on where it was: pausing throws away what was fetched.
    void Hold(Task work)
    {
        _logger.Holding(_topic);
        foreach (var feed in _feeds)
        {
            Pause(feed);
            CatchUp(feed, feed.Next);
        }
        _input.Update();
        while (!HasEnded(work, HeartbeatEvery))
            _ = Poll(0);
        foreach (var feed in _feeds)
            Resume(feed);
        _logger.GoingOn(_topic);
    }

    void Pace()
    {
        foreach (var feed in _feeds)
        {
            _pacer.Publish(feed.Lane, feed.SettledNext, feed.Reached);
            if (!feed.IsPaused && feed.IsFull)
                Pause(feed);
        }
        foreach (var feed in _feeds)
        {
            if (feed.IsPaused && feed.HasRoomAgain)
                Resume(feed);
        }
        _input.Update();
    }

    // What was read is not the present any more, until this partition has come up to there.
    void CatchUp(PartitionFeed feed, long end)
    {
        _pacer.Publish(feed.Lane, feed.SettledNext, feed.Reached);
        _pacer.Extend(feed.Lane, end);
    }

    void Pause(PartitionFeed feed)
    {
        if (feed.IsPaused)
            return;
        _consumer.Pause([feed.TopicPartition]);
        feed.IsPaused = true;
        _counters.Pauses.Add();
    }

    void Resume(PartitionFeed feed)
    {
        _consumer.Resume([feed.TopicPartition]);
        feed.IsPaused = false;
        _consumer.Seek(new TopicPartitionOffset(feed.TopicPartition, feed.Next));
    }

    void GoTo(PartitionFeed feed, long offset)
    {
        feed.MoveTo(offset);
        if (feed.IsPaused)
            Resume(feed);
        else
            _consumer.Seek(new TopicPartitionOffset(feed.TopicPartition, offset));
    }

    // The log was trimmed under the consumer's feet.
    void PassGap(PartitionFeed feed)
    {
        var watermarks = _consumer.QueryWatermarkOffsets(feed.TopicPartition, AnswerWithin);
        var start = LogGap.StartOffset(feed.Partition, feed.Next, watermarks, _acceptGap, out var lost);
        if (lost > 0)
            _logger.GapAccepted(_topic, feed.Partition.Partition, lost, start);
        GoTo(feed, start);
    }

    void Tidy()
    {
        _tidiedAt = _time.GetTimestamp();
        CommitDurable();
        foreach (var feed in _feeds)
        {
            if (_consumer.GetWatermarkOffsets(feed.TopicPartition) is { } watermarks && watermarks.High.Value > feed.HighWatermark)
                feed.HighWatermark = watermarks.High.Value;
            _counters.Lag($"{_topic}[{feed.Partition.Partition}]").Set(Math.Max(0, feed.HighWatermark - feed.SettledNext));
            if (feed.IsBehind(Limits.BehindAfter, _time))
                CatchUp(feed, feed.HighWatermark);
        }
        _input.Update();
    }

    static bool HasEnded(Task task, TimeSpan within) => task.IsCompleted || Task.WaitAny([task], within) == 0;
}
