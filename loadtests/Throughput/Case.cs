using System.Globalization;
using Confluent.Kafka;
using TrackingSilo.DevBroker;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Kafka;
using TrackingSilo.LoadTests.Engine;
using TrackingSilo.LoadTests.Measuring;

namespace TrackingSilo.LoadTests.Throughput;

/// <summary>How long a turn lasts at least, and how many there are of floor and pipeline each.</summary>
sealed record Turns(TimeSpan Duration, int Rounds);

/// <summary>What the turns of one side came to.</summary>
readonly record struct Side(long Messages, Cost Cost)
{
    public double CpuMicros => Cost.CpuMicrosPer(Messages);

    public double PerSecond => Cost.PerSecond(Messages);

    public Side Plus(long messages, in Cost cost)
        => new(Messages + messages, new Cost(Cost.Cpu + cost.Cpu, Cost.Wall + cost.Wall, Cost.Allocated + cost.Allocated));
}

sealed record CaseFigures(string Name, long Messages, long Accepted, long LowWatermark, Side Floor, Side Pipeline, long Checkpoints)
{
    public double Ratio => Floor.CpuMicros / Pipeline.CpuMicros;

    public double WallRatio => Pipeline.PerSecond / Floor.PerSecond;

    public IReadOnlyList<object> Row() =>
    [
        Name, Text(Messages, "N0"), Text(Floor.CpuMicros, "0.00"), Text(Pipeline.CpuMicros, "0.00"), Text(Ratio, "0.00"), Text(Floor.PerSecond, "N0"),
        Text(Pipeline.PerSecond, "N0"), Text(WallRatio, "0.00"), Text(Checkpoints, "N0"),
    ];

    static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>One filled broker, and the turns on it.</summary>
sealed class Case(string name, int vehicles, int messages, bool isMix)
{
    // Of some 60 bytes compressed each: well within the 5 MiB that the broker keeps of a partition.
    const int MessagesOfPartition = 40_000;
    static readonly TimeSpan s_answerWithin = TimeSpan.FromSeconds(10);

    public async Task<CaseFigures> MeasureAsync(Turns turns, IProgress<double> progress)
    {
        var topics = new KafkaTopics();
        var backlog = new Backlog(topics, Math.Max(4, messages / MessagesOfPartition), vehicles, messages, isMix);
        await using var broker = await DevBrokerProcess.StartAsync(backlog.Partitions.Select(topic => new Topic(topic.Key, topic.Value)));
        var settings = new KafkaSettings { BootstrapServers = broker.Bootstrap, Log = broker.Log };
        await backlog.FillAsync(settings, progress);
        var (ends, low) = Watermarks(settings, backlog.Partitions);
        if (low != 0 || ends.Values.Sum() != backlog.Messages)
            throw new InvalidOperationException($"The broker has dropped messages: {ends.Values.Sum()} of {backlog.Messages} are there, low watermark {low}.");

        var vehicleIds = new VehicleIdCache();
        var vocabularies = CarrierFiles.Load(CarrierFiles.DefaultFolder).Vocabularies;
        var floor = new Floor(settings, new Dictionary<string, MessageDecoder>
        {
            [topics.Positions] = new PositionDecoder(vehicleIds), [topics.Manifests] = new ManifestDecoder(vehicleIds),
            [topics.Scans] = new ScanDecoder(vocabularies), [topics.Shipments] = new ShipmentDecoder(),
        });
        var pipeline = new Pipeline(settings, vocabularies, Region.Fences());
        var (floorSide, pipelineSide, checkpoints, accepted) = (default(Side), default(Side), 0L, 0L);
        // The first reading of each compiles the code.
        Assert(await floor.ReadAsync(ends), backlog.Messages);
        Assert((await pipeline.ReadAsync(backlog.Messages)).Applied.Values.Sum(), backlog.Messages);
        for (var round = 0; round < turns.Rounds; round++)
        {
            floorSide = await TurnAsync(turns, floorSide, backlog.Messages, () => floor.ReadAsync(ends));
            pipelineSide = await TurnAsync(turns, pipelineSide, backlog.Messages, async () =>
            {
                var statistics = await pipeline.ReadAsync(backlog.Messages);
                checkpoints += statistics.Checkpoints;
                return accepted = statistics.Applied.Values.Sum();
            });
            progress.Report((round + 1.0) / turns.Rounds);
        }
        return new CaseFigures(name, backlog.Messages, accepted, low, floorSide, pipelineSide, checkpoints);
    }

    static async Task<Side> TurnAsync(Turns turns, Side side, long messages, Func<Task<long>> read)
    {
        for (var wall = TimeSpan.Zero; wall < turns.Duration;)
        {
            var meter = Cost.Start();
            var accepted = await read();
            var cost = meter.Stop();
            Assert(accepted, messages);
            wall += cost.Wall;
            side = side.Plus(messages, cost);
        }
        return side;
    }

    static void Assert(long accepted, long produced)
    {
        if (accepted != produced)
            throw new InvalidOperationException($"{accepted} messages were accepted of {produced}.");
    }

    static (Dictionary<TopicPartition, long> Ends, long Low) Watermarks(KafkaSettings settings, IReadOnlyDictionary<string, int> partitions)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(settings.Consumer("load-test", 1_000, 1_000)).Build();
        var ends = new Dictionary<TopicPartition, long>();
        var low = 0L;
        foreach (var (topic, count) in partitions)
        {
            for (var i = 0; i < count; i++)
            {
                var partition = new TopicPartition(topic, i);
                var watermarks = consumer.QueryWatermarkOffsets(partition, s_answerWithin);
                ends[partition] = watermarks.High.Value;
                low = Math.Max(low, watermarks.Low.Value);
            }
        }
        return (ends, low);
    }
}
