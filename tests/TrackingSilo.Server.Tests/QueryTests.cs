using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary>A carrier's own payload goes in over HTTP; what became of it is asked for by operators, carriers and merchants.</summary>
public sealed class QueryTests : IAsyncLifetime
{
    const string MerchantKey = "merchant-of-the-tests-0001";

    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    readonly TestFolder _folder = new();
    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_a_carrier_sent_is_found_by_whoever_may_see_it()
    {
        var settings = new ServerSettings(_folder, _broker) { Carriers = ["teleship", "other"], More = ["--Access:Merchants:0:Merchant=Buchhandlung am Ring", "--Access:Merchants:0:Key=" + MerchantKey] };
        await using (var server = await TestServer.StartAsync(settings))
        {
            var home = GeoPoint.TryCreate(49.4875, 8.466, out var place) ? place : default;
            await _broker.WriteAsync(TestBroker.Topics.Shipments, "teleship/T1", Message.Registration("teleship", "T1", s_now, home, s_now.AddDays(1)), s_now);
            await SendAsync(server, "T1", ("collected", -3), ("delivery_failed", -2), ("out_for_delivery", -1), ("delivered", 0));
            await SendAsync(server, "T2", ("collected", -2), ("abducted_by_aliens", -1));
            await server.HasAppliedScansAsync(6);

            await Patience.UntilAsync("T1 is delivered", async () => (string?)(await AskAsync(server, "/v1/shipments/teleship/T1", TestServer.OperatorKey))?["view"]?["status"] == "delivered", () => server.Log.Tail);
            var shown = (await AskAsync(server, "/v1/shipments/teleship/T1", MerchantKey))!;
            Assert.Equal(("delivered", "onTime"), ((string?)shown["view"]!["status"], (string?)shown["view"]!["punctuality"]));
            Assert.Equal(("delivered", "DELIVERED", "DE"), ((string?)shown["statusAs"]!["easyPost"], (string?)shown["statusAs"]!["shippo"], (string?)shown["statusAs"]!["shipEngine"]));
            Assert.Null(await AskAsync(server, "/v1/shipments/teleship/T2", MerchantKey)); // another merchant's, or nobody's
            Assert.Null(await AskAsync(server, "/v1/shipments/teleship/T1", TestServer.KeyOf("other")));
            Assert.NotNull(await AskAsync(server, "/v1/shipments/teleship/T2", TestServer.KeyOf("teleship")));
            Assert.Equal(1, (long?)(await server.StatisticsAsync())["ingestion"]!["unrecognised"]!["teleship/abducted_by_aliens"]);
            Assert.Equal(0, await server.StopAsync());
        }

        // Everything of it is in the store, from which searches and scores come.
        await using (var server = await TestServer.StartAsync(settings))
        {
            Assert.Equal(["teleship/T1", "teleship/T2"], await FoundAsync(server, "", TestServer.OperatorKey));
            Assert.Equal(["teleship/T1"], await FoundAsync(server, "?status=delivered&punctuality=onTime&carrier=teleship", TestServer.KeyOf("teleship")));
            Assert.Equal(["teleship/T2"], await FoundAsync(server, "?status=inTransit", TestServer.OperatorKey));
            Assert.Equal(["teleship/T1"], await FoundAsync(server, "", MerchantKey));
            Assert.Empty(await FoundAsync(server, "", TestServer.KeyOf("other")));
            var part = (await AskAsync(server, "/v1/shipments?limit=1", TestServer.OperatorKey))!;
            Assert.Equal("teleship/T1", (string?)part["next"]);
            Assert.Equal(["teleship/T2"], await FoundAsync(server, "?after=teleship%2FT1", TestServer.OperatorKey));
            using var bad = await server.Http.SendAsync(TestServer.Request(HttpMethod.Get, "/v1/shipments?status=7", TestServer.OperatorKey));
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);

            JsonNode? score = null;
            await Patience.UntilAsync("the carriers are counted", async () => (score = (await AskAsync(server, "/v1/scorecards", TestServer.OperatorKey))!["carriers"]!.AsArray().FirstOrDefault()) is not null, () => server.Log.Tail);
            Assert.Equal(
                "teleship 2 shipments, 1 delivered, 1 of 1 on time, 2 attempts, 0 at the first, 1 of 6 unrecognised",
                $"{score!["carrier"]} {score["shipments"]} shipments, {score["delivered"]} delivered, {score["onTime"]} of {score["promised"]} on time, {score["attempts"]} attempts, {score["firstAttempt"]} at the first, {score["unrecognised"]} of {score["scans"]} unrecognised");
            Assert.Empty((await AskAsync(server, "/v1/scorecards", TestServer.KeyOf("other")))!["carriers"]!.AsArray());
            using var merchant = await server.Http.SendAsync(TestServer.Request(HttpMethod.Get, "/v1/scorecards", MerchantKey));
            Assert.Equal(HttpStatusCode.Unauthorized, merchant.StatusCode);
        }
    }

    [Fact]
    public async Task A_bad_carriers_file_stops_the_start_and_names_its_line()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_folder.Database)!, "carriers"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "acme.yaml"), "carrier: acme\nname: Acme\ncodes:\n  A: arived\n");

        var ended = await TestServer.RunAsync([.. new ServerSettings(_folder, _broker).Arguments(), "--Carriers:Folder=" + folder.FullName]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("acme.yaml, line 4: A: 'arived' is no event that a code can mean", ended.Errors, StringComparison.Ordinal);
    }

    static async Task SendAsync(TestServer server, string number, params (string Code, int Hours)[] events)
    {
        var body = $$"""{"trackingNumber":"{{number}}","events":[{{string.Join(',', events.Select(one => $$"""{"code":"{{one.Code}}","timestamp":"{{s_now.AddHours(one.Hours):yyyy-MM-ddTHH:mm:ssZ}}"}"""))}}]}""";
        using var request = TestServer.Request(HttpMethod.Post, "/v1/carriers/teleship/events", TestServer.KeyOf("teleship"));
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <summary>Null: there is none, for this key.</summary>
    static async Task<JsonNode?> AskAsync(TestServer server, string path, string key)
    {
        using var response = await server.Http.SendAsync(TestServer.Request(HttpMethod.Get, path, key));
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync());
    }

    static async Task<IEnumerable<string?>> FoundAsync(TestServer server, string query, string key)
        => (await AskAsync(server, "/v1/shipments" + query, key))!["shipments"]!.AsArray().Select(shipment => (string?)shipment!["id"]);
}
