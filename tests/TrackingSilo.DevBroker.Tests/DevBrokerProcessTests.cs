using System.Globalization;
using Confluent.Kafka;
using TrackingSilo.Kafka;

namespace TrackingSilo.DevBroker.Tests;

public class DevBrokerProcessTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public DevBrokerProcessTests() => Librdkafka.Use();

    [Fact]
    public async Task What_is_produced_is_consumed_from_offset_0_on()
    {
        await using var broker = await DevBrokerProcess.StartAsync([new Topic("scans", 2)]);
        using var producer = Producer(broker);
        for (var i = 0; i < 10; i++)
        {
            var report = await producer.ProduceAsync(new TopicPartition("scans", i % 2), Message(i));
            Assert.Equal(i / 2, report.Offset.Value);
        }

        using var consumer = Consumer(broker);
        var first = new TopicPartition("scans", 0);
        var bounds = consumer.QueryWatermarkOffsets(first, _patience);
        consumer.Assign(new TopicPartitionOffset(first, bounds.Low));

        Assert.Equal(0, bounds.Low.Value);
        Assert.Equal(5, bounds.High.Value);
        Assert.Equal(["0", "2", "4", "6", "8"], Enumerable.Range(0, 5).Select(_ => Next(consumer).Message.Value));
    }

    [Fact]
    public async Task A_group_goes_on_from_what_it_committed()
    {
        await using var broker = await DevBrokerProcess.StartAsync([new Topic("scans", 1)]);
        using var producer = Producer(broker);
        for (var i = 0; i < 4; i++)
            await producer.ProduceAsync("scans", Message(i));

        var partition = new TopicPartition("scans", 0);
        using (var before = Consumer(broker))
        {
            before.Assign(new TopicPartitionOffset(partition, 0));
            Next(before);
            before.Commit(Next(before));
        }
        using var after = Consumer(broker);
        after.Assign(after.Committed([partition], _patience));

        Assert.Equal("2", Next(after).Message.Value);
    }

    [Fact]
    public async Task A_topic_has_the_partitions_that_were_asked_for()
    {
        await using var broker = await DevBrokerProcess.StartAsync([new Topic("scans", 3)]);
        await broker.CreateAsync(new Topic("positions", 5));

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build();

        Assert.Equal(3, Assert.Single(admin.GetMetadata("scans", _patience).Topics).Partitions.Count);
        Assert.Equal(5, Assert.Single(admin.GetMetadata("positions", _patience).Topics).Partitions.Count);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => broker.CreateAsync(new Topic("scans", 4)));
        Assert.Contains("already exists", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_takes_nothing_and_up_again_has_kept_everything()
    {
        await using var broker = await DevBrokerProcess.StartAsync([new Topic("scans", 1)]);
        using var producer = Producer(broker, giveUpAfterMs: 1000);
        await producer.ProduceAsync("scans", Message(1));

        await broker.TakeDownAsync();
        await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.ProduceAsync("scans", Message(2)));
        await broker.BringUpAsync();

        using var patient = Producer(broker);
        await patient.ProduceAsync("scans", Message(3));
        using var consumer = Consumer(broker);
        consumer.Assign(new TopicPartitionOffset("scans", 0, 0));
        Assert.Equal(["1", "3"], new[] { Next(consumer).Message.Value, Next(consumer).Message.Value });
    }

    [Fact]
    public async Task A_slow_broker_is_slow()
    {
        await using var broker = await DevBrokerProcess.StartAsync([new Topic("scans", 1)]);
        using var producer = Producer(broker);
        await producer.ProduceAsync("scans", Message(1));
        await broker.SetRoundTripAsync(TimeSpan.FromMilliseconds(300));

        var begun = TimeProvider.System.GetTimestamp();
        await producer.ProduceAsync("scans", Message(2));

        Assert.True(TimeProvider.System.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task Each_start_is_another_log()
    {
        await using var one = await DevBrokerProcess.StartAsync([]);
        await using var other = await DevBrokerProcess.StartAsync([]);

        Assert.StartsWith("dev-", one.Log, StringComparison.Ordinal);
        Assert.NotEqual(one.Log, other.Log);
        Assert.NotEqual(one.Bootstrap, other.Bootstrap);
        Assert.StartsWith("127.0.0.1:", one.Bootstrap, StringComparison.Ordinal);
    }

    private static Message<string, string> Message(int i) => new() { Key = "k", Value = i.ToString(CultureInfo.InvariantCulture) };

    private static ConsumeResult<string, string> Next(IConsumer<string, string> consumer) =>
        consumer.Consume(_patience) ?? throw new TimeoutException("No message came.");

    // The clients' own log lines are of no use here: brokers that are down are what is being tested.
    private static IProducer<string, string> Producer(DevBrokerProcess broker, int giveUpAfterMs = 20_000) =>
        new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = broker.Bootstrap,
            LingerMs = 0,
            MessageTimeoutMs = giveUpAfterMs,
            ReconnectBackoffMaxMs = 500,
        }).SetLogHandler((_, _) => { }).Build();

    private static IConsumer<string, string> Consumer(DevBrokerProcess broker) =>
        new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = broker.Bootstrap,
            GroupId = "tests",
            EnableAutoCommit = false,
            FetchWaitMaxMs = 10,
        }).SetLogHandler((_, _) => { }).Build();
}
