using System.Text;
using Confluent.Kafka;
using TrackingSilo.DevBroker;
using TrackingSilo.Kafka;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>A development broker with all topics, what tests write to it, and what they read from it: from the broker itself, not from what a server says.</summary>
sealed class TestBroker : IAsyncDisposable
{
    /// <summary>Of every topic: enough that partitions differ, few enough to write to each.</summary>
    public const int Partitions = 2;

    static readonly TimeSpan s_answer = TimeSpan.FromSeconds(20);
    static readonly TimeSpan s_nudge = TimeSpan.FromSeconds(2);

    readonly DevBrokerProcess _process;
    readonly IConsumer<byte[], byte[]> _reader;
    readonly Lazy<IProducer<string, byte[]>> _producer;

    readonly int _partitions;

    TestBroker(DevBrokerProcess process, int partitions)
    {
        (_process, _partitions) = (process, partitions);
        Librdkafka.Use();
        _reader = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = process.Bootstrap,
            GroupId = ServerSettings.ConsumerGroup, // never joined: only asked what it has committed
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            FetchWaitMaxMs = 10, // the development broker does not wake a fetch that waits
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _producer = new(() => new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = process.Bootstrap, Partitioner = Partitioner.Murmur2Random, CompressionType = CompressionType.Lz4, MessageMaxBytes = 2_000_000, EnableIdempotence = true,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());
    }

    public static KafkaTopics Topics { get; } = new();

    public string Bootstrap => _process.Bootstrap;

    public string Log => _process.Log;

    public static async Task<TestBroker> StartAsync(int partitions = Partitions)
        => new(await DevBrokerProcess.StartAsync(Topics.Inputs.Concat(Topics.Outputs).Select(topic => new Topic(topic, partitions))), partitions);

    /// <summary>Cuts every connection; what was written is kept.</summary>
    public Task TakeDownAsync() => _process.TakeDownAsync();

    public Task BringUpAsync() => _process.BringUpAsync();

    /// <summary>Records that <see cref="ConsumedAsync"/> has written itself, to the shipments.</summary>
    public int Hurried { get; private set; }

    /// <summary>Writes one record to the partition of its key and waits until the broker has it.</summary>
    public Task<DeliveryResult<string, byte[]>> WriteAsync(string topic, string key, byte[] value, DateTimeOffset at)
        => _producer.Value.ProduceAsync(topic, RecordOf(key, value, at));

    public Task<DeliveryResult<string, byte[]>> WriteAsync(string topic, int partition, string key, byte[] value, DateTimeOffset at)
        => _producer.Value.ProduceAsync(new TopicPartition(topic, partition), RecordOf(key, value, at));

    /// <summary>The first and the next offset of each partition.</summary>
    public IReadOnlyList<(TopicPartition Partition, long Low, long High)> Watermarks(IEnumerable<string> topics)
        => [.. from topic in topics
               from partition in Enumerable.Range(0, _partitions).Select(number => new TopicPartition(topic, number))
               let marks = _reader.QueryWatermarkOffsets(partition, s_answer)
               select (partition, marks.Low.Value, marks.High.Value)];

    /// <summary>
    /// Waits until the server has committed all that is in the input topics now: it does so when it is durable.
    /// </summary>
    /// <param name="now">Record time of the messages that hurry it: changed shipments are saved every second, vehicles alone less often.</param>
    public async Task ConsumedAsync(TestServer server, DateTimeOffset now)
    {
        var written = Watermarks(Topics.Inputs).Where(mark => mark.High > 0).ToList();
        var behind = "";
        var hurried = TimeProvider.System.GetTimestamp();
        await Patience.UntilAsync("all that was written is committed", IsConsumedAsync, () => $"{behind}. The server's log ends so:\n{server.Log.Tail}");

        async Task<bool> IsConsumedAsync()
        {
            Assert.False(server.HasExited, $"The server has ended:\n{server.Log.Tail}\n{server.Errors.Tail}");
            if (TimeProvider.System.GetElapsedTime(hurried) > s_nudge)
            {
                hurried = TimeProvider.System.GetTimestamp();
                Hurried++;
                await WriteAsync(Topics.Shipments, Message.Hurry, Message.Registration("hurry", "1", now), now);
            }
            var committed = _reader.Committed(written.Select(mark => mark.Partition), s_answer);
            behind = string.Join(", ", written.Zip(committed)
                .Where(pair => Math.Max(0, pair.Second.Offset.Value) < pair.First.High)
                .Select(pair => $"{pair.First.Partition} at {pair.Second.Offset} of {pair.First.High}"));
            return behind.Length == 0;
        }
    }

    /// <summary>Everything in the refused topic.</summary>
    public IReadOnlyList<RefusedMessage> Refused()
    {
        var marks = Watermarks([Topics.Refused]).Where(mark => mark.High > mark.Low).ToList();
        var found = new List<RefusedMessage>();
        if (marks.Count == 0)
            return found;
        Assert.All(marks, mark => Assert.Equal(0, mark.Low)); // else the broker has dropped some, and nothing can be said
        _reader.Assign(marks.Select(mark => new TopicPartitionOffset(mark.Partition, mark.Low)));
        for (var left = marks.Sum(mark => mark.High); left > 0; left--)
            found.Add(RefusedMessage.Of(_reader.Consume(s_answer) ?? throw new TimeoutException($"{left} refused messages were not read within {s_answer}.")));
        _reader.Unassign();
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
        _reader.Dispose();
        await _process.DisposeAsync();
    }

    static Message<string, byte[]> RecordOf(string key, byte[] value, DateTimeOffset at)
        => new() { Key = key, Value = value, Timestamp = new Timestamp(at.ToUnixTimeMilliseconds(), TimestampType.CreateTime) };
}

static class TopicNames
{
    /// <summary>An input topic by the last part of its name, such as <c>scans</c>.</summary>
    public static string Of(this KafkaTopics topics, string input) => topics.Inputs.Single(topic => topic.EndsWith(input, StringComparison.Ordinal));
}

/// <summary>A record of the refused topic.</summary>
sealed record RefusedMessage(string Topic, int Partition, long Offset, string Reason, string Detail, int Length, byte[] Value)
{
    public static RefusedMessage Of(ConsumeResult<byte[], byte[]> record)
    {
        return new RefusedMessage(
            Text("topic"), int.Parse(Text("partition")), long.Parse(Text("offset")), Text("reason"), Text("detail"), int.Parse(Text("length")), record.Message.Value ?? []);

        string Text(string header) => record.Message.Headers.TryGetLastBytes(header, out var bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new InvalidDataException($"A refused message has no header {header}.");
    }
}
