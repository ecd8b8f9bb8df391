using Confluent.Kafka;
using TrackingSilo.DevBroker;
using TrackingSilo.Kafka;
using TrackingSilo.Simulation.Demo;
using TrackingSilo.Simulation.Sending;

namespace TrackingSilo.Simulation.Tests.Sending;

public sealed class KafkaSenderTests : IAsyncLifetime
{
    readonly KafkaTopics _topics = new("sender.");
    DevBrokerProcess _broker = null!;

    public async Task InitializeAsync()
        => _broker = await DevBrokerProcess.StartAsync(KafkaTopic.Inputs(_topics).Select(topic => new Topic(topic.Name, topic.Partitions)));

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task All_that_is_sent_is_in_the_topics_and_none_of_it_is_dropped()
    {
        var city = City.FromSeed(4).With(Fault.All);
        var ledger = new Ledger();
        using var sender = new KafkaSender(_broker.Bootstrap, _topics);
        foreach (var message in city.Messages().TakeWhile(message => message.SendAt < city.StartsAt.AddHours(1)))
        {
            ledger.Record(message);
            sender.Send(message);
        }
        await sender.FlushAsync(CancellationToken.None);

        Assert.Empty(sender.Failures);
        using var readings = new BrokerReadings(_broker.Bootstrap, "nobody");
        foreach (var (topic, index) in KafkaTopic.Inputs(_topics).Select((topic, index) => (topic, (MessageTopic)index)))
        {
            Assert.Equal(ledger.Messages[index], readings.Records(topic));
            Assert.Equal(ledger.Messages[index], sender.Acknowledged(index));
            Assert.Equal(0, readings.Dropped(topic));
        }
    }

    [Fact]
    public async Task A_record_bears_the_time_of_sending_and_its_key_keeps_its_partition()
    {
        var messages = City.FromSeed(4).WithVans(2).Messages().Where(message => message.Topic == MessageTopic.Positions).Take(300).ToList();
        using var sender = new KafkaSender(_broker.Bootstrap, _topics);
        foreach (var message in messages)
            sender.Send(message);
        await sender.FlushAsync(CancellationToken.None);

        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = _broker.Bootstrap, GroupId = "reader", FetchWaitMaxMs = 10,
        }).Build();
        consumer.Assign(Enumerable.Range(0, 8).Select(partition => new TopicPartitionOffset(_topics.Positions, partition, Offset.Beginning)));
        var records = messages.Select(_ => consumer.Consume(TimeSpan.FromSeconds(10))).ToList();

        Assert.Equal(
            messages.Select(message => message.SendAt.ToUnixTimeMilliseconds()).Order(),
            records.Select(record => record.Message.Timestamp.UnixTimestampMs).Order());
        foreach (var vehicle in records.GroupBy(record => record.Message.Key))
        {
            Assert.Single(vehicle.Select(record => record.Partition.Value).Distinct());
            Assert.Equal(
                messages.Where(message => message.Key == vehicle.Key).Select(message => Convert.ToBase64String(message.Value)),
                vehicle.Select(record => Convert.ToBase64String(record.Message.Value)));
        }
    }
}
