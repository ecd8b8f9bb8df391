using System.Globalization;
using System.Text;
using Confluent.Kafka;
using TrackingSilo.DevBroker;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Tests.Consumers;

/// <summary>A broker of its own with all topics, and a producer to it.</summary>
sealed class Log : IAsyncDisposable
{
    public const int Partitions = 2;

    readonly DevBrokerProcess _broker;
    readonly IProducer<byte[]?, byte[]> _producer;

    Log(DevBrokerProcess broker)
    {
        _broker = broker;
        Librdkafka.Use();
        _producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.Bootstrap, CompressionType = CompressionType.None, LingerMs = 5, Partitioner = Partitioner.Murmur2Random,
        }).Build();
    }

    public static KafkaTopics Topics { get; } = new();

    public DevBrokerProcess Broker => _broker;

    public string Bootstrap => _broker.Bootstrap;

    public string Name => _broker.Log;

    public static async Task<Log> StartAsync(bool withTopics = true)
        => new(await DevBrokerProcess.StartAsync(withTopics ? [.. Topics.Inputs.Concat(Topics.Outputs).Select(topic => new Topic(topic, Partitions))] : []));

    public async Task CreateTopicsAsync()
    {
        foreach (var topic in Topics.Inputs.Concat(Topics.Outputs))
            await _broker.CreateAsync(new Topic(topic, Partitions));
    }

    public Task<DeliveryResult<byte[]?, byte[]>> WriteAsync(string topic, int partition, string key, string value, DateTimeOffset? at = null)
        => WriteAsync(topic, partition, key, Encoding.UTF8.GetBytes(value), at);

    public Task<DeliveryResult<byte[]?, byte[]>> WriteAsync(string topic, int partition, string? key, byte[] value, DateTimeOffset? at = null)
        => _producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[]?, byte[]>
        {
            Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = value, Timestamp = at is null ? Timestamp.Default : new Timestamp(at.Value),
        });

    /// <summary>Many at once.</summary>
    public Task WriteAsync(string topic, int partition, IEnumerable<(string Key, string Value, DateTimeOffset At)> records)
        => Task.WhenAll(records.Select(record => WriteAsync(topic, partition, record.Key, record.Value, record.At)));

    public static string Position(string vehicle, DateTimeOffset at, int sequence) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"carrier":"a","vehicle":"{{vehicle}}","at":"{{at:O}}","latitude":49.5,"longitude":8.5,"sequence":{{sequence}}}""");

    public static string Manifest(string vehicle, int version) => $$"""{"carrier":"a","vehicle":"{{vehicle}}","version":{{version}},"stops":[]}""";

    public static string Scan(string number, string eventId, DateTimeOffset at)
        => $$"""{"eventId":"{{eventId}}","carrier":"a","trackingNumber":"{{number}}","code":"pickedUp","occurredAt":"{{at:O}}"}""";

    /// <summary>Reads a topic from its beginning until so many records are there.</summary>
    public IReadOnlyList<ConsumeResult<byte[], byte[]>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Bootstrap, GroupId = "reader", FetchWaitMaxMs = 10, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[], byte[]>>();
        while (records.Count < count && consumer.Consume(TimeSpan.FromSeconds(20)) is { } record)
            records.Add(record);
        Assert.True(records.Count == count, $"Expected: {count} records in {topic}. Seen: {records.Count}");
        return records;
    }

    public long? Committed(string topic, int partition)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = "tracking-silo" }).Build();
        var committed = consumer.Committed([new TopicPartition(topic, partition)], TimeSpan.FromSeconds(20)).Single().Offset;
        return committed == Offset.Unset ? null : committed.Value;
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await _broker.DisposeAsync();
    }
}
