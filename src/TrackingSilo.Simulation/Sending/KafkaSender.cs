using System.Collections.Concurrent;
using Confluent.Kafka;
using TrackingSilo.Kafka;

namespace TrackingSilo.Simulation.Sending;

/// <summary>
/// Sends messages as a carrier's own producer does: in order, lz4, with the time of sending as the time of the record. Partitions by murmur2, as Java's clients do.
/// </summary>
public sealed class KafkaSender : IDisposable
{
    // A wait for room in librdkafka's queue, of which the default holds 100,000 messages.
    static readonly TimeSpan s_roomWait = TimeSpan.FromMilliseconds(100);

    readonly IProducer<string, byte[]> _producer;
    readonly string[] _topics;
    readonly ConcurrentDictionary<string, long> _failures = new();
    readonly long[] _acknowledged = new long[Enum.GetValues<MessageTopic>().Length];
    long _sent;
    long _answered;

    public KafkaSender(string bootstrapServers, KafkaTopics topics)
    {
        Librdkafka.Use();
        _topics = [topics.Shipments, topics.Scans, topics.Manifests, topics.Positions, topics.Commands];
        _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            ClientId = "tracking-simulation",
            CompressionType = CompressionType.Lz4,
            LingerMs = 50, // larger batches: the development broker counts what it keeps as compressed
            Acks = Acks.All,
            EnableIdempotence = false, // the development broker's log is in one place; retries must still not reorder
            MaxInFlight = 1,
            Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
            MessageMaxBytes = 1_000_000,
        })
            .SetLogHandler(static (_, message) =>
            {
                // What matters comes back with the messages; that some were on their way when it was ended does not.
                if (message.Level <= SyslogLevel.Critical)
                    Console.Error.WriteLine($"Kafka client: {message.Message}");
            })
            .Build();
    }

    /// <summary>Messages whose delivery failed for good, by what the broker or the client said.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    public long Acknowledged(MessageTopic topic) => Interlocked.Read(ref _acknowledged[(int)topic]);

    /// <summary>Hands a message over; blocks while the client's queue is full.</summary>
    public void Send(SimulatedMessage message)
    {
        var record = new Message<string, byte[]>
        {
            Key = message.Key,
            Value = message.Value,
            Timestamp = new Timestamp(message.SendAt.ToUnixTimeMilliseconds(), TimestampType.CreateTime),
        };
        while (true)
        {
            try
            {
                _producer.Produce(_topics[(int)message.Topic], record, Delivered);
                _sent++;
                return;
            }
            catch (ProduceException<string, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(s_roomWait);
            }
        }

        void Delivered(DeliveryReport<string, byte[]> report)
        {
            if (report.Error.IsError)
                _failures.AddOrUpdate(report.Error.Reason, 1, static (_, count) => count + 1);
            else
                Interlocked.Increment(ref _acknowledged[(int)message.Topic]);
            Interlocked.Increment(ref _answered);
        }
    }

    /// <summary>Waits until each message sent is acknowledged or has failed.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Flush may return before the last callbacks have run: the count decides.
        while (Interlocked.Read(ref _answered) < _sent)
            await Task.Run(() => _producer.Flush(cancellationToken), cancellationToken);
    }

    public void Dispose() => _producer.Dispose();
}
