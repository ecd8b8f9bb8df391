using System.Text.Json.Nodes;
using Confluent.Kafka;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Server.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Server.Tests;

/// <summary>The worst that anybody has thought of, sent to every way in: refused with a reason or taken as text, and what comes after it goes through.</summary>
public sealed class HostileInputTests(ITestOutputHelper output) : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    // Which reports a server counts for the messages of a topic.
    static readonly Dictionary<string, string> s_reportOf = new()
    {
        ["shipments"] = "registration", ["scans"] = "scan", ["manifests"] = "manifest", ["positions"] = "position", ["commands"] = "command",
    };

    readonly TestFolder _folder = new();
    TestBroker _broker = null!;
    TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _server = await TestServer.StartAsync(new ServerSettings(_folder, _broker) { Carriers = ["decent"] });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [HostileFact]
    public async Task Whatever_is_in_the_log_is_refused_with_a_reason_or_applied_and_no_partition_is_stuck()
    {
        var written = new List<DeliveryResult<string, byte[]>>();
        foreach (var topic in s_reportOf.Keys)
            written.AddRange(await Task.WhenAll(HostileMessages.For(topic, s_now).Select(message => _broker.WriteAsync(TestBroker.Topics.Of(topic), message.Key, message.Value, s_now))));
        var good = await WriteGoodOnesAsync();
        await _broker.ConsumedAsync(_server, s_now);
        Assert.Empty(_server.Log.Troubles.Concat(_server.Errors.Troubles));

        var refused = _broker.Refused();
        AssertEachRefusedOnceWithItsBytes(written, refused);
        AssertCountsAgree(await _server.StatisticsAsync(), refused);
        await _server.StopAsync();
        await AssertAppliedAsync(good);
        output.WriteLine($"{written.Count} hostile messages, {refused.Count} refused: {string.Join(", ", refused.CountBy(one => one.Reason).OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"))}");
    }

    // One on every partition, each under an id of its own.
    async Task<List<(string Topic, string Number)>> WriteGoodOnesAsync()
    {
        var good = new List<(string, string)>();
        foreach (var topic in s_reportOf.Keys)
        {
            for (var partition = 0; partition < TestBroker.Partitions; partition++)
            {
                var number = $"GOOD-{topic}-{partition}".ToUpperInvariant();
                await _broker.WriteAsync(TestBroker.Topics.Of(topic), partition, "decent/" + number, HostileMessages.Good(number, s_now)[topic], s_now);
                good.Add((topic, number));
            }
        }
        return good;
    }

    static void AssertEachRefusedOnceWithItsBytes(List<DeliveryResult<string, byte[]>> written, IReadOnlyList<RefusedMessage> refused)
    {
        var originals = written.ToDictionary(one => (one.Topic, one.Partition.Value, one.Offset.Value), one => one.Value);
        Assert.All(refused, one =>
        {
            Assert.True(originals.TryGetValue((one.Topic, one.Partition, one.Offset), out var original), $"{one.Topic}[{one.Partition}]@{one.Offset} was not hostile, or not there: {one.Detail}");
            Assert.Equal(original.Length, one.Length);
            Assert.True(one.Value.AsSpan().SequenceEqual(original.AsSpan(0, Math.Min(original.Length, Limits.RefusedMaxBytes))), $"{one.Topic}[{one.Partition}]@{one.Offset} has other bytes");
            Assert.NotEmpty(one.Detail);
            // These two would mean that a message got as far as an actor, and that the actor failed.
            Assert.DoesNotContain(one.Reason, new[] { "actor-failed", "quarantined" });
        });
        Assert.Equal(refused.Count, refused.DistinctBy(one => (one.Topic, one.Partition, one.Offset)).Count());
        // No file of the suite is a message, whatever else it is; nor is a naughty string by itself.
        Assert.True(refused.Count >= (HostileFiles.JsonFiles.Count + HostileFiles.NaughtyStrings.Count) * s_reportOf.Count, $"only {refused.Count} were refused");
    }

    void AssertCountsAgree(JsonNode statistics, IReadOnlyList<RefusedMessage> refused)
    {
        foreach (var (topic, report) in s_reportOf)
        {
            var name = TestBroker.Topics.Of(topic);
            var produced = _broker.Watermarks([name]).Sum(mark => mark.High);
            var applied = (long?)statistics["engine"]?["applied"]?[report] ?? 0;
            Assert.Equal((topic, produced), (topic, applied + refused.Count(one => one.Topic == name)));
        }
        Assert.Equal(refused.Count, statistics["ingestion"]!["refused"]!.AsObject().Sum(reason => (long)reason.Value!));
        Assert.Equal(0, (long)statistics["engine"]!["actorFailures"]!);
    }

    async Task AssertAppliedAsync(List<(string Topic, string Number)> good)
    {
        var isVehicles = good.ToLookup(one => one.Topic is "manifests" or "positions", one => one.Number);
        var shipments = await StoreReading.ShipmentsAsync(_folder, [.. isVehicles[false].Select(number => "decent/" + number)]);
        var vehicles = await StoreReading.VehiclesAsync(_folder, [.. isVehicles[true].Select(number => "decent/V" + number)]);
        Assert.All(isVehicles[false], number => Assert.Equal(1, shipments["decent/" + number].Applications));
        Assert.All(isVehicles[true], number => Assert.Equal(1, vehicles["decent/V" + number].Applications));
    }
}
