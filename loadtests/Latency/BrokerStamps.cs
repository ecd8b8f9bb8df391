using Confluent.Kafka;
using TrackingSilo.Kafka;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>The broker's own share: a consumer that does nothing but say how old each report is when it comes.</summary>
sealed class BrokerStamps : IDisposable
{
    readonly IConsumer<Ignore, byte[]> _consumer;
    readonly CancellationTokenSource _over = new();
    readonly Task _running;

    public BrokerStamps(string bootstrap, int partitions)
    {
        var topics = new KafkaTopics();
        var config = new KafkaSettings { BootstrapServers = bootstrap, Log = "none", Group = "load-test" }.Consumer("load-test-stamps", 200_000, 64 * 1024);
        config.EnableAutoCommit = false;
        config.AutoOffsetReset = AutoOffsetReset.Latest;
        config.EnablePartitionEof = false;
        _consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        _consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topics.Positions, partition, Offset.End)));
        _running = Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning);
    }

    public Histogram Ages { get; } = new();

    public void Dispose()
    {
        _over.Cancel();
        _running.Wait();
        _consumer.Dispose();
        _over.Dispose();
    }

    void Read()
    {
        while (!_over.IsCancellationRequested)
        {
            if (_consumer.Consume(TimeSpan.FromMilliseconds(200)) is { } record)
                Ages.Add((TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(Town.AtOf(record.Message.Value))).TotalMilliseconds);
        }
    }
}
