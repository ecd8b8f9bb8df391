using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.DevBroker;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Kafka;

namespace TrackingSilo.Notifications.Tests;

public class OutboxDispatcherTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(1));
    static readonly ShipmentId Id = ShipmentId.Parse("quadrat/QD17");
    static readonly KafkaTopics Topics = new();

    static readonly OutboxEntry Nearby = new() { Key = "leg/Nearby/2026-03-01/email", Kind = OutboxKind.Notification, At = Noon, Milestone = MilestoneKind.TenStopsAway, Channel = "email" };
    static readonly OutboxEntry Neighbour = new() { Key = "instruction/c1", Kind = OutboxKind.Instruction, At = Noon, Instruction = new Instruction(InstructionKind.SafePlace, "behind \"the\" bench") };

    readonly ConfirmingEngine _engine = new();

    [Fact]
    public async Task Entries_go_to_their_topics_and_are_confirmed_when_they_are_there()
    {
        await using var broker = await BrokerAsync();
        using var host = await StartAsync(broker.Bootstrap);
        var outbox = host.Services.GetRequiredService<IOutbox>();

        Assert.True(outbox.TryEnqueue(Id, [Nearby, Neighbour]));
        var (id, keys) = await _engine.NextConfirmationAsync();

        Assert.Equal(Id, id);
        Assert.Equal([Nearby.Key, Neighbour.Key], keys);
        var notification = Read(broker, Topics.Notifications);
        Assert.Equal("quadrat/QD17", Encoding.UTF8.GetString(notification.Message.Key));
        Assert.Equal(Noon.UtcDateTime, notification.Message.Timestamp.UtcDateTime);
        AssertJson("""{"carrier":"quadrat","trackingNumber":"QD17","key":"leg/Nearby/2026-03-01/email","at":"2026-03-01T12:00:00+01:00","milestone":"tenStopsAway","channel":"email"}""", notification);
        AssertJson("""{"carrier":"quadrat","trackingNumber":"QD17","key":"instruction/c1","at":"2026-03-01T12:00:00+01:00","kind":"safePlace","note":"behind \"the\" bench"}""", Read(broker, Topics.Instructions));
        var statistics = host.Services.GetRequiredService<OutboxDispatcher>().Statistics;
        Assert.Equal((1, 1, 0), (statistics.Sent[OutboxKind.Notification], statistics.Sent[OutboxKind.Instruction], statistics.Failed));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_rehearsal_confirms_and_sends_nothing()
    {
        using var host = await StartAsync("127.0.0.1:1", send: false);

        Assert.True(host.Services.GetRequiredService<IOutbox>().TryEnqueue(Id, [Nearby]));

        Assert.Equal([Nearby.Key], (await _engine.NextConfirmationAsync()).Keys);
        var statistics = host.Services.GetRequiredService<OutboxDispatcher>().Statistics;
        Assert.Equal((0, 1), (statistics.Sent[OutboxKind.Notification], statistics.Suppressed[OutboxKind.Notification]));
        await host.StopAsync();
    }

    [Fact]
    public async Task While_the_log_is_away_an_entry_waits_once_however_often_it_is_offered()
    {
        await using var broker = await BrokerAsync();
        using var host = await StartAsync(broker.Bootstrap);
        var outbox = host.Services.GetRequiredService<IOutbox>();
        await broker.TakeDownAsync();

        for (var i = 0; i < 5; i++)
            Assert.True(outbox.TryEnqueue(Id, [Nearby]));
        await broker.BringUpAsync();
        await _engine.NextConfirmationAsync();

        Assert.True(outbox.TryEnqueue(Id, [Neighbour]));
        Assert.Equal([Neighbour.Key], (await _engine.NextConfirmationAsync()).Keys);
        Assert.Equal(1, host.Services.GetRequiredService<OutboxDispatcher>().Statistics.Sent[OutboxKind.Notification]);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_confirmation_that_fails_is_made_after_the_next_offer()
    {
        using var host = await StartAsync("127.0.0.1:1", send: false);
        var outbox = host.Services.GetRequiredService<IOutbox>();
        _engine.Failure = new InvalidOperationException("not now");
        Assert.True(outbox.TryEnqueue(Id, [Nearby]));
        Assert.True(outbox.TryEnqueue(Id, [Neighbour]));
        Assert.Equal([Neighbour.Key], (await _engine.NextConfirmationAsync()).Keys);

        Assert.True(outbox.TryEnqueue(Id, [Nearby]));

        Assert.Equal([Nearby.Key], (await _engine.NextConfirmationAsync()).Keys);
        await host.StopAsync();
    }

    [Fact]
    public void Where_there_is_no_room_the_engine_keeps_its_entries()
    {
        using var host = Build("127.0.0.1:1", send: true); // not started: nothing leaves
        var outbox = host.Services.GetRequiredService<IOutbox>();
        for (var i = 0; i < Limits.OutboxQueueMax; i++)
            Assert.True(outbox.TryEnqueue(ShipmentId.Parse($"a/{i}"), [Nearby]));

        Assert.False(outbox.TryEnqueue(Id, [Nearby]));
        Assert.False(outbox.TryEnqueue(Id, [Nearby]));
    }

    IHost Build(string bootstrap, bool send)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kafka:BootstrapServers"] = bootstrap, ["Kafka:Log"] = "test", ["Notifications:Send"] = send.ToString(),
        });
        builder.Services.AddSingleton<ITrackingEngine>(_engine);
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(Noon));
        builder.Services.AddNotifications(builder.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        return builder.Build();
    }

    async Task<IHost> StartAsync(string bootstrap, bool send = true)
    {
        var host = Build(bootstrap, send);
        await host.StartAsync();
        return host;
    }

    static Task<DevBrokerProcess> BrokerAsync() => DevBrokerProcess.StartAsync([new Topic(Topics.Notifications, 1), new Topic(Topics.Instructions, 1)]);

    static ConsumeResult<byte[], byte[]> Read(DevBrokerProcess broker, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "reader", FetchWaitMaxMs = 10 }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        return consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"Nothing came in {topic}");
    }

    static void AssertJson(string expected, ConsumeResult<byte[], byte[]> record)
        => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(record.Message.Value)), Encoding.UTF8.GetString(record.Message.Value));
}
