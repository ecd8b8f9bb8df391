using Confluent.Kafka;
using TrackingSilo.Engine;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Kafka;

namespace TrackingSilo.LoadTests.Throughput;

/// <summary>The least that any program on this client library and this decoder must do: consume each message and decode it in the client's own memory, nothing else.</summary>
sealed class Floor(KafkaSettings settings, IReadOnlyDictionary<string, MessageDecoder> decoders)
{
    /// <summary>Reads all of it once. Answers how many messages were accepted.</summary>
    public async Task<long> ReadAsync(IReadOnlyDictionary<TopicPartition, long> ends)
    {
        var topics = ends.Where(end => end.Value > 0 && decoders.ContainsKey(end.Key.Topic)).GroupBy(end => end.Key.Topic);
        var counts = await Task.WhenAll(topics.Select(topic =>
            Task.Factory.StartNew(() => Read(topic.Key, [.. topic]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return counts.Sum();
    }

    long Read(string topic, IReadOnlyCollection<KeyValuePair<TopicPartition, long>> ends)
    {
        var decoding = new Decoding(decoders[topic]);
        using var consumer = new ConsumerBuilder<Ignore, bool>(settings.Consumer("floor-" + topic, Limits.PrefetchMessages, Limits.PrefetchKilobytes))
            .SetKeyDeserializer(Deserializers.Ignore).SetValueDeserializer(decoding).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(ends.Select(end => new TopicPartitionOffset(end.Key, 0)));
        var left = ends.Sum(end => end.Value);
        while (left > 0)
        {
            if (consumer.Consume(1_000) is { IsPartitionEOF: false })
                left--;
        }
        consumer.Close();
        return decoding.Accepted;
    }

    sealed class Decoding(MessageDecoder decoder) : IDeserializer<bool>
    {
        readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

        public long Accepted { get; private set; }

        public bool Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            if (decoder.Decode(data, 0, _now).IsRefused)
                return false;
            Accepted++;
            return true;
        }
    }
}
