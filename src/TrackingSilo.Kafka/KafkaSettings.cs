using System.Globalization;
using Confluent.Kafka;

namespace TrackingSilo.Kafka;

/// <summary>How to reach the log, and which log it is. Bound to the configuration's section <see cref="Section"/>.</summary>
public sealed class KafkaSettings
{
    public const string Section = "Kafka";

    const int FirstWithQueueBackoff = 0x02020000;

    /// <summary><c>host:port</c>, several with commas between.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>
    /// The name under which positions in this log are remembered. A log that was recreated, so that its offsets begin anew, needs another name.
    /// </summary>
    public string Log { get; set; } = "";

    public string TopicPrefix { get; set; } = KafkaTopics.DefaultPrefix;

    /// <summary>The consumer group that offsets are committed to: for those who watch lag from outside; this program goes by its own store.</summary>
    public string Group { get; set; } = "tracking-silo";

    /// <summary>Whether to go on where the log lacks records that were never consumed. They are lost.</summary>
    public bool AcceptGap { get; set; }

    /// <summary>How long a broker may keep a fetch that finds nothing: a bound on latency where brokers do not wake a waiting fetch.</summary>
    public int FetchWaitMaxMs { get; set; } = 10;

    /// <summary>Any further settings of librdkafka by their own names, such as <c>security.protocol</c> and <c>sasl.*</c>.</summary>
    public Dictionary<string, string> Client { get; set; } = [];

    public KafkaTopics Topics => new(TopicPrefix);

    /// <summary>Itself, if these settings will do.</summary>
    /// <exception cref="InvalidOperationException">They will not; the message is <see cref="Problems"/>.</exception>
    public KafkaSettings Checked()
        => Problems().ToArray() is { Length: > 0 } problems ? throw new InvalidOperationException(string.Join(' ', problems)) : this;

    /// <summary>What is wrong with these settings, in words; nothing when they will do.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers))
            yield return "Kafka:BootstrapServers must name at least one broker as host:port.";
        if (string.IsNullOrWhiteSpace(Log) || Log.Length > 200)
            yield return "Kafka:Log must name the log, in at most 200 characters; choose another name whenever the log is made anew.";
        if (string.IsNullOrWhiteSpace(Group))
            yield return "Kafka:Group must not be empty.";
        if (TopicPrefix is null || TopicPrefix.Length > 200 || !TopicPrefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            yield return "Kafka:TopicPrefix may hold letters, digits, '.', '_' and '-' only.";
        if (FetchWaitMaxMs is < 0 or > 60_000)
            yield return "Kafka:FetchWaitMaxMs must be from 0 to 60000.";
    }

    /// <summary>
    /// For producers: every record acknowledged by all replicas, and the partitions that Java's clients would choose. A retry may write a record twice: whoever reads
    /// knows it by its own identity, and a producer without sequence numbers has no fatal errors.
    /// </summary>
    public ProducerConfig Producer(string clientId)
    {
        Librdkafka.Use();
        var config = new ProducerConfig
        {
            BootstrapServers = BootstrapServers,
            ClientId = clientId,
            Acks = Acks.All,
            EnableIdempotence = false,
            Partitioner = Partitioner.Murmur2Random,
            CompressionType = CompressionType.Lz4,
            AllowAutoCreateTopics = false,
        };
        return Extend(config);
    }

    /// <summary>
    /// For consumers that assign partitions to themselves and say themselves how far they have come (<c>StoreOffset</c>). Where the log lacks what they want they get an error.
    /// </summary>
    /// <param name="clientId">Shown in the broker's own logs and metrics.</param>
    /// <param name="prefetchMessages">How many messages may lie ready in memory.</param>
    /// <param name="prefetchKilobytes">How many bytes of them.</param>
    public ConsumerConfig Consumer(string clientId, int prefetchMessages, int prefetchKilobytes)
    {
        Librdkafka.Use();
        var config = new ConsumerConfig
        {
            BootstrapServers = BootstrapServers,
            ClientId = clientId,
            GroupId = Group,
            EnableAutoOffsetStore = false,
            EnableAutoCommit = true, // commits in the background what was stored, and nothing else
            AutoCommitIntervalMs = 1_000,
            AutoOffsetReset = AutoOffsetReset.Error,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            FetchWaitMaxMs = FetchWaitMaxMs,
            QueuedMaxMessagesKbytes = prefetchKilobytes,
            ConsumeResultFields = "timestamp",
        };
        // A full local queue makes the fetcher wait a second. From 2.2 on that wait can be set; before, only a long queue helps.
        if (Library.Version >= FirstWithQueueBackoff)
            config.Set("fetch.queue.backoff.ms", "5");
        else
            config.Set("queued.min.messages", prefetchMessages.ToString(CultureInfo.InvariantCulture));
        return Extend(config);
    }

    T Extend<T>(T config)
        where T : ClientConfig
    {
        foreach (var (name, value) in Client)
            config.Set(name, value);
        return config;
    }
}
