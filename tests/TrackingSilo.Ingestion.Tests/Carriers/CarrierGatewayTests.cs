using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Engine;
using TrackingSilo.Ingestion.Tests.Consumers;
using TrackingSilo.Ingestion.Tests.Gateway;

namespace TrackingSilo.Ingestion.Tests.Carriers;

public sealed class CarrierGatewayTests
{
    static readonly FakeTimeProvider s_clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task What_is_wrong_in_a_payload_is_refused_with_a_reason_and_the_rest_goes_on()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap, s_clock);
        var payload = Teleship(
            ("collected", "2026-05-30T10:00:00Z"), ("in_hub", "0000-01-01T00:00:00Z"), ("in_hub", "9999-12-31T23:59:59Z"), ("in_hub", "2026-06-03T00:00:00Z"), ("never_heard_of", "2026-05-31T10:00:00Z"));

        var answer = await SendAsync(gateway, "teleship", Encoding.UTF8.GetBytes(payload), "application/json", HttpStatusCode.Accepted);

        Assert.Equal(["accepted ", "refused bad-instant", "refused bad-instant", "refused from-the-future", "accepted "], answer["lines"]!.AsArray().Select(line => $"{line!["result"]} {line["reason"]}"));
        var scans = log.Read(Log.Topics.Scans, 2).Select(record => JsonNode.Parse(record.Message.Value)!).ToArray();
        Assert.Equal(["pickedUp", null], scans.OrderBy(scan => (string)scan["occurredAt"]!, StringComparer.Ordinal).Select(scan => (string?)scan["event"]));
        Assert.Contains(scans, scan => (string?)scan["code"] == "never_heard_of");
        // The whole payload is kept with the first reason.
        var refused = Assert.Single(log.Read(Log.Topics.Refused, 1));
        Assert.Equal(payload, Encoding.UTF8.GetString(refused.Message.Value));
        Assert.Equal("bad-instant", Encoding.UTF8.GetString(refused.Message.Headers.GetLastBytes("reason")));
    }

    [Fact]
    public async Task What_cannot_be_read_at_all_is_kept_as_it_came()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap, s_clock);
        var good = "<TrackResponse><Package><LandmarkTrackingNumber>LTN1</LandmarkTrackingNumber><Events><Event><EventCode>50</EventCode><DateTime>2026-05-01 10:00:00</DateTime><Status>ü</Status></Event></Events></Package></TrackResponse>";
        var laughs = "<!DOCTYPE lolz [<!ENTITY a \"lol\">" + string.Concat(Enumerable.Range(0, 9).Select(i => $"<!ENTITY {(char)('b' + i)} \"{string.Concat(Enumerable.Repeat($"&{(char)('a' + i)};", 10))}\">")) + "]><TrackResponse>&j;</TrackResponse>";
        (byte[] Body, string Carrier, string Type)[] hostile =
        [
            (Encoding.UTF8.GetBytes(laughs), "landmark", "application/xml"),
            (Encoding.UTF8.GetBytes("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"), "landmark", "application/xml"),
            (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 5_000))), "landmark", "application/xml"),
            (Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + good), "landmark", "application/xml"),
            (Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"klingon\"?>" + good), "landmark", "application/xml"),
            (Encoding.Unicode.GetBytes(Teleship(("collected", "2026-05-30T10:00:00Z"))), "teleship", "application/json"),
            ([0xff, 0xfe, 0x00], "teleship", "application/json"),
            (Encoding.UTF8.GetBytes(new string('[', 100_000)), "teleship", "application/json"),
            (Encoding.UTF8.GetBytes("{\"events\":[{\"timestamp\":1e999999999}"), "teleship", "application/json"),
            (Encoding.UTF8.GetBytes(Teleship(("collected", "2026-05-30T10:00:00Z")) + "x"), "teleship", "application/json"),
            (Encoding.UTF8.GetBytes("{\"error\":{\"code\":\"404\"}}"), "teleship", "application/json"),
            (Encoding.UTF8.GetBytes("null"), "teleship", "application/json"),
            (Encoding.UTF8.GetBytes(""), "teleship", "application/json"),
            (Encoding.UTF8.GetBytes(Teleship([.. Enumerable.Range(0, Limits.CarrierEventsMax + 1).Select(_ => ("c", "2026"))])), "teleship", "application/json"),
        ];
        foreach (var (body, carrier, type) in hostile)
            await SendAsync(gateway, carrier, body, type, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(hostile.Length, log.Read(Log.Topics.Refused, hostile.Length).Count);
        // In the encoding that it declares, the same is good.
        await SendAsync(gateway, "landmark", Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>" + good), "text/xml", HttpStatusCode.Accepted);
        await SendAsync(gateway, "landmark", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("<?xml version=\"1.0\" encoding=\"utf-16\"?>" + good)], "application/xml", HttpStatusCode.Accepted);
        Assert.All(log.Read(Log.Topics.Scans, 2), record => Assert.Equal("ü", (string?)JsonNode.Parse(record.Message.Value)!["description"]));
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_is_not_even_read()
    {
        await using var gateway = await RunningGateway.StartAsync("127.0.0.1:1", s_clock);
        using var response = await gateway.PostAsync("carriers/teleship/events", RunningGateway.Content(new byte[100 * 1024 * 1024], "application/json"), "key-all");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("teleship", null, HttpStatusCode.Unauthorized)]
    [InlineData("teleship", "key-a", HttpStatusCode.Unauthorized)] // another carrier's
    [InlineData("nobody", null, HttpStatusCode.Unauthorized)]
    [InlineData("nobody", "key-all", HttpStatusCode.NotFound)]
    [InlineData("amazon", "key-all", HttpStatusCode.NotFound)] // known by its numbers only
    public async Task Only_who_speaks_for_a_carrier_is_heard(string carrier, string? key, HttpStatusCode expected)
    {
        await using var gateway = await RunningGateway.StartAsync("127.0.0.1:1", s_clock);
        using var response = await gateway.PostAsync($"carriers/{carrier}/events", RunningGateway.Content("{}"u8.ToArray(), "application/json"), key);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_log_that_does_not_answer_is_no_success()
    {
        await using var gateway = await RunningGateway.StartAsync("127.0.0.1:1", s_clock);
        using var response = await gateway.PostAsync(
            "carriers/teleship/events", RunningGateway.Content(Encoding.UTF8.GetBytes(Teleship(("collected", "2026-05-30T10:00:00Z"))), "application/json"), "key-all");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Aggregators_are_known_by_their_signature_and_speak_for_the_carriers_of_their_file()
    {
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap, s_clock);
        var easyPost = """
            {"object":"Event","description":"tracker.updated","result":{"object":"Tracker","tracking_code":"9400109104250532908587","carrier":"USPS","signed_by":"A. Weber","tracking_details":[
             {"object":"TrackingDetail","message":"Label created","status":"pre_transit","status_detail":"label_created","datetime":"2026-05-30T10:00:00Z","tracking_location":{"city":null}},
             {"object":"TrackingDetail","message":"Refused","status":"failure","status_detail":"refused","datetime":"2026-05-31T10:00:00Z","tracking_location":{"city":"HERNANDO","country":"US"}}]}}
            """u8.ToArray();
        var afterShip = """
            {"event":"tracking_update","msg":{"tracking_number":"1Z0000000000000000","slug":"ups","tag":"AttemptFail","checkpoints":[
             {"slug":"ups","checkpoint_time":"2026-05-31T14:00:00","city":"Boston","message":"Not home","tag":"AttemptFail","subtag":"AttemptFail_002"},
             {"slug":"ups","checkpoint_time":"2026-05-31T15:00:00","message":"?","tag":"New","subtag":"New_001"}]}}
            """u8.ToArray();
        var unknownCarrier = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(easyPost).Replace("USPS", "Pigeons", StringComparison.Ordinal));

        Assert.Equal(2, (int)(await SignedAsync("easypost", easyPost, "X-Hmac-Signature", "hmac-sha256-hex=" + Hex("secret-of-easypost", easyPost), HttpStatusCode.Accepted))!["accepted"]!);
        Assert.Equal(2, (int)(await SignedAsync("aftership", afterShip, "aftership-hmac-sha256", Convert.ToBase64String(HMACSHA256.HashData("secret-of-aftership"u8, afterShip)), HttpStatusCode.Accepted))!["accepted"]!);
        Assert.Equal("not-yours", (string?)(await SignedAsync("easypost", unknownCarrier, "X-Hmac-Signature", "hmac-sha256-hex=" + Hex("secret-of-easypost", unknownCarrier), HttpStatusCode.Accepted))!["lines"]![0]!["reason"]);
        await SignedAsync("easypost", easyPost, "X-Hmac-Signature", "hmac-sha256-hex=" + Hex("another secret", easyPost), HttpStatusCode.Unauthorized);
        await SignedAsync("easypost", easyPost, "X-Hmac-Signature", Hex("secret-of-easypost", easyPost), HttpStatusCode.Unauthorized); // without its prefix
        await SignedAsync("easypost", afterShip, "X-Hmac-Signature", "hmac-sha256-hex=" + Hex("secret-of-easypost", easyPost), HttpStatusCode.Unauthorized); // another body
        await SignedAsync("easypost", easyPost, "X-Other", "x", HttpStatusCode.Unauthorized);

        var scans = log.Read(Log.Topics.Scans, 4).Select(record => JsonNode.Parse(record.Message.Value)!).OrderBy(scan => (string)scan["occurredAt"]!, StringComparer.Ordinal).ToArray();
        Assert.Equal(
            ["usps registered ", "usps attemptFailed refused", "ups attemptFailed notHome", "ups  "],
            scans.Select(scan => $"{scan["carrier"]} {scan["event"]} {scan["reason"]}"));

        async Task<JsonNode?> SignedAsync(string carrier, byte[] body, string header, string value, HttpStatusCode expected)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/carriers/{carrier}/events") { Content = RunningGateway.Content(body, "application/json") };
            request.Headers.Add(header, value);
            using var response = await gateway.Http.SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Anybody_may_ask_whose_a_number_can_be()
    {
        await using var gateway = await RunningGateway.StartAsync("127.0.0.1:1", s_clock);
        var answer = JsonNode.Parse(await gateway.Http.GetStringAsync("/v1/carriers/of/1Z5R89390357567127"))!.AsArray();
        Assert.Equal("ups", (string?)Assert.Single(answer)!["carrier"]);
    }

    static string Hex(string secret, byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    static string Teleship(params (string Code, string At)[] events)
        => $$"""{"trackingNumber":"T1","events":[{{string.Join(',', events.Select(one => $$"""{"code":"{{one.Code}}","timestamp":"{{one.At}}"}"""))}}]}""";

    static async Task<JsonNode> SendAsync(RunningGateway gateway, string carrier, byte[] body, string type, HttpStatusCode expected)
    {
        using var response = await gateway.PostAsync($"carriers/{carrier}/events", RunningGateway.Content(body, type), "key-all");
        var said = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{carrier}: {response.StatusCode} {said}");
        return JsonNode.Parse(said)!;
    }
}
