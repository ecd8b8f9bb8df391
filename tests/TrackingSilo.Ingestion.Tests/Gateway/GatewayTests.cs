using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Ingestion.Tests.Consumers;
using TrackingSilo.Ingestion.Tests.Decoding;

namespace TrackingSilo.Ingestion.Tests.Gateway;

public class GatewayTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_line_is_in_the_log_or_refused_with_its_reason()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap, new FakeTimeProvider(Noon.AddTicks(1_234)));
        var body = string.Join('\n', Log.Scan("1", "e1", Noon), "", "{\"carrier\":", Log.Scan("2", "e2", Noon) + "\r", Log.Scan("3", "e3", Noon).Replace("\"a\"", "\"b\"", StringComparison.Ordinal), Log.Scan("4", "e4", Noon.AddDays(2)), "");

        var answer = await gateway.SendAsync("scans", body);

        Assert.Equal((2, 3, 0), ((int)answer["accepted"]!, (int)answer["refused"]!, (int)answer["unknown"]!));
        Assert.Equal(
            ["1 accepted ", "3 refused not-json", "4 accepted ", "5 refused not-yours", "6 refused from-the-future"],
            answer["lines"]!.AsArray().Select(line => $"{line!["line"]} {line["result"]} {line["reason"]}"));
        Assert.All(answer["lines"]!.AsArray(), line => Assert.Equal((string?)line!["result"] == "refused", line["detail"] is not null));
        var written = log.Read(Log.Topics.Scans, 2);
        Assert.Equal(["a/1", "a/2"], written.Select(record => Encoding.UTF8.GetString(record.Message.Key)).Order());
        Assert.All(written, record => Assert.Equal(Noon.UtcDateTime, record.Message.Timestamp.UtcDateTime)); // the domain clock's time, in milliseconds
        Assert.Contains(Log.Scan("1", "e1", Noon), written.Select(record => Encoding.UTF8.GetString(record.Message.Value)));
        Assert.Equal((1, 2, 3), (gateway.Statistics.GatewayRequests, gateway.Statistics.GatewayLines["accepted"], gateway.Statistics.GatewayLines["refused"]));
    }

    [Fact]
    public async Task Every_topic_has_its_way_in_for_one_object()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var now = TimeProvider.System.GetUtcNow();
        var messages = new Dictionary<string, string>
        {
            ["shipments"] = $$"""{"carrier":"a","trackingNumber":"1","changedAt":"{{now:O}}"}""",
            ["scans"] = Log.Scan("1", "e1", now),
            ["manifests"] = Log.Manifest("v", 1),
            ["positions"] = Log.Position("v", now, 1),
            ["commands"] = """{"commandId":"c","carrier":"a","trackingNumber":"1","kind":"revokeLinks"}""",
        };
        foreach (var (topic, message) in messages)
        {
            var answer = await gateway.SendAsync(topic, "\n" + message.Replace(",", ",\n", StringComparison.Ordinal), "application/json; charset=utf-8");
            Assert.Equal("accepted", (string?)answer["lines"]![0]!["result"]);
            Assert.Single(log.Read("tracking." + topic, 1));
        }
    }

    [Fact]
    public async Task A_carriers_key_speaks_for_its_own_carrier_and_an_operators_for_all()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var position = Log.Position("v", TimeProvider.System.GetUtcNow(), 1);

        Assert.Equal("not-yours", (string?)(await gateway.SendAsync("positions", position, key: "key-b"))["lines"]![0]!["reason"]);
        Assert.Equal(1, (int)(await gateway.SendAsync("positions", position, key: "key-all"))["accepted"]!);
    }

    [Theory]
    [InlineData(null, "application/json", "{}", HttpStatusCode.Unauthorized)]
    [InlineData("key-x", "application/json", "{}", HttpStatusCode.Unauthorized)]
    [InlineData("key-a", "text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("key-a", "application/json; charset=utf-16", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("key-a", "application/json", "", HttpStatusCode.BadRequest)]
    [InlineData("key-a", "application/x-ndjson", " \r\n\n", HttpStatusCode.BadRequest)]
    public async Task What_is_wrong_with_the_whole_is_a_problem(string? key, string type, string body, HttpStatusCode expected)
    {
        await using var gateway = await RunningGateway.StartAsync("127.0.0.1:1");

        using var response = await gateway.PostAsync("scans", RunningGateway.Content(Encoding.UTF8.GetBytes(body), type), key);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)expected, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"]!);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_not_taken_at_all()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var line = Encoding.UTF8.GetBytes(Log.Scan("1", "e", Noon) + "\n");
        byte[] tooManyBytes = [.. line, .. new byte[Limits.GatewayBodyMaxBytes]];
        byte[] tooManyLines = [.. Enumerable.Repeat("{}\n"u8.ToArray(), Limits.GatewayLinesMax + 1).SelectMany(bytes => bytes)];

        using var bytes = await gateway.PostAsync("scans", RunningGateway.Content(tooManyBytes));
        using var lines = await gateway.PostAsync("scans", RunningGateway.Content(tooManyLines));

        Assert.All([bytes, lines], response => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode));
        Assert.Contains(await ChunkedAsync(), new HttpStatusCode?[] { HttpStatusCode.RequestEntityTooLarge, null });
        Assert.Equal(1, (int)(await gateway.SendAsync("scans", Encoding.UTF8.GetString(line)))["accepted"]!);
        Assert.Single(log.Read(Log.Topics.Scans, 1));

        // Without a length the server finds out while the client still sends, and may close before that hears the answer: null.
        async Task<HttpStatusCode?> ChunkedAsync()
        {
            try
            {
                using var chunked = await gateway.PostAsync("scans", new Chunked(tooManyBytes));
                return chunked.StatusCode;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Ten_thousand_lines_go_in_at_once()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var body = string.Join('\n', Enumerable.Range(0, Limits.GatewayLinesMax).Select(i => Log.Position($"v{i % 50}", Noon, i)));

        var answer = await gateway.SendAsync("positions", body);

        Assert.Equal(Limits.GatewayLinesMax, (int)answer["accepted"]!);
        Assert.Equal(Limits.GatewayLinesMax, log.Read(Log.Topics.Positions, Limits.GatewayLinesMax).Count);
    }

    [Fact]
    public async Task While_the_log_does_not_answer_lines_are_unknown_and_too_many_requests_are_turned_away()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var scan = Log.Scan("1", "e", TimeProvider.System.GetUtcNow());
        await gateway.SendAsync("scans", scan);
        await log.Broker.TakeDownAsync();

        var waiting = Enumerable.Range(0, Limits.GatewayRequestsInFlight + 10)
            .Select(_ => gateway.PostAsync("scans", RunningGateway.Content(Encoding.UTF8.GetBytes(scan)))).ToArray();
        var responses = await Task.WhenAll(waiting);

        var turnedAway = responses.Where(response => response.StatusCode == HttpStatusCode.TooManyRequests).ToArray();
        Assert.Equal(10, turnedAway.Length);
        Assert.All(turnedAway, response => Assert.NotNull(response.Headers.RetryAfter));
        foreach (var response in responses.Except(turnedAway))
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal(1, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["unknown"]!);
        }
        await Assert.ThrowsAsync<IOException>(async () => await gateway.Commands.AppendAsync(
            ShipmentId.Parse("a/1"), new Command { Id = "c", Kind = CommandKind.RevokeLinks }, CancellationToken.None));

        await log.Broker.BringUpAsync();
        Assert.Equal(1, (int)(await gateway.SendAsync("scans", scan))["accepted"]!);
    }

    [Fact]
    public async Task A_command_of_a_page_is_read_as_it_was_meant()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var command = new Command { Id = "c1", Kind = CommandKind.Instruct, Instruction = new Instruction(InstructionKind.Neighbour, "at \"Nº 4\" \U0001F600") };

        await gateway.Commands.AppendAsync(ShipmentId.Parse("a/1"), command, CancellationToken.None);

        var record = Assert.Single(log.Read(Log.Topics.Commands, 1));
        Assert.Equal("a/1", Encoding.UTF8.GetString(record.Message.Key));
        Assert.Equal(command, Decode.Body<Command>("commands", Encoding.UTF8.GetString(record.Message.Value)));
    }

    [Fact]
    public async Task Hostile_bodies_are_answered_and_the_next_good_one_goes_through()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        foreach (var topic in Decode.All.Keys)
        {
            foreach (var (name, bytes) in HostileInput.JsonFiles)
            {
                foreach (var type in new[] { "application/json", "application/x-ndjson" })
                {
                    using var response = await gateway.PostAsync(topic, RunningGateway.Content(bytes, type));
                    var answer = await response.Content.ReadAsStringAsync();
                    if (response.StatusCode == HttpStatusCode.BadRequest)
                        continue; // an empty file
                    Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{name} to {topic}: {response.StatusCode}");
                    Assert.Equal((0, 0), ((int)JsonNode.Parse(answer)!["accepted"]!, (int)JsonNode.Parse(answer)!["unknown"]!));
                }
            }
        }
        Assert.Equal(1, (int)(await gateway.SendAsync("scans", Log.Scan("1", "e", TimeProvider.System.GetUtcNow())))["accepted"]!);
    }

    /// <summary>A body whose length is not said beforehand.</summary>
    sealed class Chunked : HttpContent
    {
        readonly byte[] _body;

        public Chunked(byte[] body)
        {
            _body = body;
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context) => await stream.WriteAsync(_body);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
