using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>
/// Asks the brokers about the log: which partitions there are, where they begin and end, and whether all of them can be read at all. Its
/// members block, and run on threads of their own.
/// </summary>
sealed class LogWatch : IDisposable
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan SaySoEvery = TimeSpan.FromSeconds(10);
    const int LookForPartitionsEvery = 60; // seconds, for each is asked once a second

    readonly KafkaSettings _settings;
    readonly InputSwitch _input;
    readonly TimeProvider _time;
    readonly ILogger<LogWatch> _logger;
    readonly IConsumer<Ignore, Ignore> _client; // for watermarks only: it reads nothing and joins no group
    readonly IAdminClient _admin;
    volatile bool _down;

    public LogWatch(KafkaSettings settings, InputSwitch input, TimeProvider time, ILogger<LogWatch> logger)
    {
        (_settings, _input, _time, _logger) = (settings, input, time, logger);
        _client = new ConsumerBuilder<Ignore, Ignore>(settings.Consumer("tracking-silo-watch", prefetchMessages: 1, prefetchKilobytes: 1024))
            .SetLogHandler((_, message) => logger.Client(message))
            .SetErrorHandler((_, error) => Report(error))
            .Build();
        _admin = new DependentAdminClientBuilder(_client.Handle).Build();
    }

    /// <summary>Says that no broker answers; from any thread, and until the watch itself has an answer again.</summary>
    public void Report(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown)
            return;
        _down = true;
        _input.SetReadable(false);
    }

    /// <summary>Waits, saying so, until each topic that is read exists and has a leader for each of its partitions.</summary>
    public IReadOnlyList<TopicPartition> WaitForPartitions(CancellationToken cancellationToken) => WaitFor(Partitions, cancellationToken);

    /// <summary>Where a partition begins and ends now; waits until somebody answers.</summary>
    public WatermarkOffsets WaitForWatermarks(TopicPartition partition, CancellationToken cancellationToken)
        => WaitFor(() => _client.QueryWatermarkOffsets(partition, AnswerWithin), cancellationToken);

    /// <summary>
    /// Watches until cancelled. When the log can be read again after an outage, <paramref name="returned"/> is called with each partition's end before
    /// the input counts as readable.
    /// </summary>
    public void Run(IReadOnlyList<TopicPartition> partitions, Action<TopicPartition, long> returned, CancellationToken cancellationToken)
    {
        var answered = _time.GetTimestamp();
        var turn = 0;
        while (!cancellationToken.WaitHandle.WaitOne(AskEvery))
        {
            try
            {
                // One after the other; one that does not answer is asked again.
                _client.QueryWatermarkOffsets(partitions[turn % partitions.Count], AnswerWithin);
                if (turn++ % LookForPartitionsEvery == 0)
                    WarnOfNewPartitions(Partitions(), partitions);
                answered = _time.GetTimestamp();
                if (_down)
                    Return(partitions, returned);
            }
            catch (KafkaException e)
            {
                _logger.NoAnswer(_settings.BootstrapServers, e.Error.Reason);
                if (_time.GetElapsedTime(answered) < Limits.UnreadableAfter)
                    continue;
                _down = true;
                _input.SetReadable(false);
            }
        }
    }

    public void Dispose()
    {
        _admin.Dispose();
        _client.Dispose();
    }

    void Return(IReadOnlyList<TopicPartition> partitions, Action<TopicPartition, long> returned)
    {
        foreach (var partition in partitions)
            returned(partition, _client.QueryWatermarkOffsets(partition, AnswerWithin).High.Value);
        _down = false;
        _input.SetReadable(true);
    }

    // Asks for all topics there are: the broker may create one that is asked for by its name.
    List<TopicPartition> Partitions()
    {
        var topics = _admin.GetMetadata(AnswerWithin).Topics;
        return [.. _settings.Topics.Inputs.SelectMany(topic => PartitionsOf(topic, topics.Find(entry => entry.Topic == topic)))];
    }

    static IEnumerable<TopicPartition> PartitionsOf(string topic, TopicMetadata? found)
    {
        if (found is null || found.Partitions.Count == 0)
            throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"there is no topic {topic}"));
        if (found.Error.IsError)
            throw new KafkaException(found.Error);
        if (found.Partitions.Find(partition => partition.Leader < 0) is { } leaderless)
            throw new KafkaException(new Error(ErrorCode.LeaderNotAvailable, $"{topic}[{leaderless.PartitionId}] has no leader"));
        return found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId));
    }

    T WaitFor<T>(Func<T> ask, CancellationToken cancellationToken)
    {
        long? saidAt = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var answer = ask();
                _input.SetReadable(true);
                _down = false;
                return answer;
            }
            catch (KafkaException e)
            {
                _input.SetReadable(false);
                if (saidAt is null || _time.GetElapsedTime(saidAt.Value) >= SaySoEvery)
                {
                    saidAt = _time.GetTimestamp();
                    _logger.Waiting(_settings.BootstrapServers, e.Error.Reason);
                }
                cancellationToken.WaitHandle.WaitOne(AskEvery);
            }
        }
    }

    void WarnOfNewPartitions(List<TopicPartition> now, IReadOnlyList<TopicPartition> known)
    {
        foreach (var added in now.Except(known))
            _logger.NewPartition(added.Topic, added.Partition.Value);
    }
}
