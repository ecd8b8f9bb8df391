using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Confluent.Kafka;
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
        await AssertCountsAgreeAsync(refused);
        await _server.StopAsync();
        await AssertAppliedAsync(good);
        output.WriteLine($"{written.Count} hostile messages, {refused.Count} refused: {string.Join(", ", refused.CountBy(one => one.Reason).OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"))}");
    }

    [HostileFact]
    public async Task Whatever_is_posted_is_answered_line_by_line_and_nothing_of_it_hurts()
    {
        long accepted = 0, refused = 0, requests = 0;
        foreach (var topic in s_reportOf.Keys)
        {
            var messages = HostileMessages.For(topic, s_now).Select(message => message.Value).ToList();
            var whole = HostileFiles.JsonFiles.Count + HostileFiles.NaughtyStrings.Count; // these first are no messages: each is a body by itself
            var bodies = messages.Take(whole).Select(message => (Form: "application/json", Lines: 1, Body: message))
                .Concat(messages.Skip(whole).Chunk(500).Select(lines => (Form: "application/x-ndjson", Lines: lines.Length, Body: lines.SelectMany(line => line.Append((byte)'\n')).ToArray())));
            await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (body, _) =>
            {
                var answer = await PostAsync(topic, body.Form, body.Body, body.Lines);
                Interlocked.Add(ref accepted, answer.Accepted);
                Interlocked.Add(ref refused, answer.Refused);
                Interlocked.Increment(ref requests);
            });
            var good = await PostAsync(topic, "application/json", HostileMessages.Good("GOOD-" + topic.ToUpperInvariant(), s_now)[topic], 1);
            Assert.Equal((topic, 1, 0), (topic, good.Accepted, good.Refused));
            accepted++;
        }
        await _broker.ConsumedAsync(_server, s_now);

        var marks = _broker.Watermarks(TestBroker.Topics.Inputs);
        Assert.Equal(accepted, marks.Sum(mark => mark.High) - _broker.Hurried);
        Assert.Empty(_broker.Refused()); // the gateway lets nothing in that a consumer would refuse
        Assert.Equal(0, (long)(await _server.StatisticsAsync())["engine"]!["actorFailures"]!);
        Assert.Empty(_server.Log.Troubles.Concat(_server.Errors.Troubles));
        output.WriteLine($"{requests} hostile requests, {accepted} lines accepted, {refused} refused");
    }

    // Of a line that was refused the answer says why; of a body that is none, the status does.
    async Task<(int Accepted, int Refused)> PostAsync(string topic, string form, byte[] body, int lines)
    {
        using var request = TestServer.Request(HttpMethod.Post, "/v1/" + topic, TestServer.KeyOf("decent"));
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(form) } };
        using var response = await _server.Http.SendAsync(request);
        var said = await response.Content.ReadAsStringAsync();
        if (body.Length == 0)
        {
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            return (0, 0);
        }
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{topic}: {response.StatusCode}, {said}");
        var answer = JsonNode.Parse(said)!;
        var results = answer["lines"]!.AsArray();
        Assert.Equal(lines, results.Count);
        Assert.All(results, line => Assert.True(
            (string?)line!["result"] is "accepted" || ((string?)line["result"] is "refused" && (string?)line["reason"] is { Length: > 0 } && (string?)line["detail"] is { Length: > 0 }),
            line.ToJsonString()));
        return ((int)answer["accepted"]!, (int)answer["refused"]!);
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

    async Task AssertCountsAgreeAsync(IReadOnlyList<RefusedMessage> refused)
    {
        var seen = "";
        await Patience.UntilAsync("every message was either applied or refused", async () => (seen = Disagreement(await _server.StatisticsAsync(), refused)).Length == 0, () => seen);
        var statistics = await _server.StatisticsAsync();
        Assert.Equal(refused.Count, statistics["ingestion"]!["refused"]!.AsObject().Sum(reason => (long)reason.Value!));
        Assert.Equal(0, (long)statistics["engine"]!["actorFailures"]!);
    }

    string Disagreement(JsonNode statistics, IReadOnlyList<RefusedMessage> refused)
        => string.Join(", ",
            from topic in s_reportOf
            let name = TestBroker.Topics.Of(topic.Key)
            let written = _broker.Watermarks([name]).Sum(mark => mark.High)
            let applied = (long?)statistics["engine"]?["applied"]?[topic.Value] ?? 0
            let notApplied = refused.Count(one => one.Topic == name)
            where written != applied + notApplied
            select $"{topic.Key}: {written} written, {applied} applied, {notApplied} refused");

    async Task AssertAppliedAsync(List<(string Topic, string Number)> good)
    {
        var isVehicles = good.ToLookup(one => one.Topic is "manifests" or "positions", one => one.Number);
        var shipments = await StoreReading.ShipmentsAsync(TestStore.Of(_folder), [.. isVehicles[false].Select(number => "decent/" + number)]);
        var vehicles = await StoreReading.VehiclesAsync(TestStore.Of(_folder), [.. isVehicles[true].Select(number => "decent/V" + number)]);
        Assert.All(isVehicles[false], number => Assert.Equal(1, shipments["decent/" + number].Applications));
        Assert.All(isVehicles[true], number => Assert.Equal(1, vehicles["decent/V" + number].Applications));
    }
}
