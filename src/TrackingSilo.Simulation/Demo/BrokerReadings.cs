using System.Text;
using Confluent.Kafka;
using TrackingSilo.Kafka;

namespace TrackingSilo.Simulation.Demo;

/// <summary>What stands in the topics, read from the broker itself and not from what the server says about itself.</summary>
sealed class BrokerReadings : IDisposable
{
    static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);

    readonly IConsumer<byte[], byte[]> _consumer;

    /// <param name="group">The server's, for what it has committed; never joined.</param>
    public BrokerReadings(string bootstrapServers, string group)
    {
        Librdkafka.Use();
        _consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            FetchWaitMaxMs = 10, // the development broker does not wake a fetch that waits
        }).Build();
    }

    public void Dispose() => _consumer.Dispose();

    /// <summary>Of each partition of a topic: the first and the next offset.</summary>
    public IEnumerable<(TopicPartition Partition, long Low, long High)> Watermarks(KafkaTopic topic)
    {
        for (var i = 0; i < topic.Partitions; i++)
        {
            var partition = new TopicPartition(topic.Name, i);
            var marks = _consumer.QueryWatermarkOffsets(partition, s_answer);
            yield return (partition, marks.Low.Value, marks.High.Value);
        }
    }

    /// <summary>Records ever written to a topic.</summary>
    public long Records(KafkaTopic topic) => Watermarks(topic).Sum(partition => partition.High);

    /// <summary>Records that the broker has dropped because it keeps no more.</summary>
    public long Dropped(KafkaTopic topic) => Watermarks(topic).Sum(partition => partition.Low);

    /// <summary>Records of a topic that the group has committed, and all that there are.</summary>
    public (long Committed, long Written) Progress(KafkaTopic topic)
    {
        var marks = Watermarks(topic).ToList();
        var committed = _consumer.Committed(marks.Select(mark => mark.Partition), s_answer);
        return (committed.Sum(position => Math.Max(0, position.Offset.Value)), marks.Sum(mark => mark.High));
    }

    /// <summary>Counts a topic's records by one of their headers.</summary>
    public SortedDictionary<string, long> CountByHeader(KafkaTopic topic, string header)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var marks = Watermarks(topic).Where(mark => mark.High > mark.Low).ToList();
        if (marks.Count == 0)
            return counts;
        _consumer.Assign(marks.Select(mark => new TopicPartitionOffset(mark.Partition, mark.Low)));
        var left = marks.Sum(mark => mark.High - mark.Low);
        while (left > 0 && _consumer.Consume(s_answer) is { } record)
        {
            left--;
            var value = record.Message.Headers.TryGetLastBytes(header, out var bytes) ? Encoding.UTF8.GetString(bytes) : "none";
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }
        _consumer.Unassign();
        return counts;
    }
}

/// <summary>A topic and how many partitions the demo gives it.</summary>
readonly record struct KafkaTopic(string Name, int Partitions)
{
    /// <summary>More partitions where more is sent: the development broker keeps 5 MiB of each.</summary>
    public static IReadOnlyList<KafkaTopic> Inputs(KafkaTopics topics) =>
    [
        new(topics.Shipments, 4), new(topics.Scans, 4), new(topics.Manifests, 4), new(topics.Positions, 8), new(topics.Commands, 2),
    ];

    public static IReadOnlyList<KafkaTopic> Outputs(KafkaTopics topics) =>
    [
        new(topics.Refused, 2), new(topics.Notifications, 4), new(topics.Instructions, 2), new(topics.Fences, 4),
    ];
}
