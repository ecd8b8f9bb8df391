using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary>The life of a fence: by file and by API, and what vehicles do at it in the topic.</summary>
public sealed class FenceTests : IAsyncLifetime
{
    const string Yard = """{"type":"Feature","properties":{"name":"Yard","kind":"depot"},"geometry":{"type":"Point","coordinates":[8.47,49.49]}}""";

    readonly TestFolder _folder = new();
    TestBroker _broker = null!;

    public async Task InitializeAsync() => _broker = await TestBroker.StartAsync();

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_fence_put_over_HTTP_is_stored_in_force_and_outlives_the_server()
    {
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.GetAsync("/v1/fences")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, HttpMethod.Put, "/v1/fences/yard", Circle(150))).Status);
            var (status, problem) = await SendAsync(server, HttpMethod.Put, "/v1/fences/bow",
                """{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}}""");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("Self-intersection", problem, StringComparison.Ordinal);
            await Patience.UntilAsync("the fence is in force", async () => Ids((await SendAsync(server, HttpMethod.Get, "/v1/fences")).Body) is ["yard"], () => server.Log.Tail);

            await DriveAsync(server);
            Assert.Equal(1, (int)(await server.StatisticsAsync())["engine"]!["fencesEntered"]!);
            await Patience.UntilAsync(
                "the event is in the topic", () => _broker.Watermarks([TestBroker.Topics.Fences]).Sum(mark => mark.High) == 1, () => server.Log.Tail);
            Assert.Equal(0, await server.StopAsync());
        }

        await using var next = await TestServer.StartAsync(new ServerSettings(_folder, _broker));
        Assert.Equal("Yard", (string?)JsonNode.Parse((await SendAsync(next, HttpMethod.Get, "/v1/fences/yard")).Body)!["properties"]!["name"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(next, HttpMethod.Delete, "/v1/fences/yard")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(next, HttpMethod.Get, "/v1/fences/yard")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(next, HttpMethod.Delete, "/v1/fences/yard")).Status);
    }

    [Fact]
    public async Task Files_are_read_again_on_command_and_a_bad_one_leaves_the_fences_in_force()
    {
        _folder.SaveFences(Collection(Circle(100, "a")));
        await using var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker));

        _folder.SaveFences(Collection(Circle(100, "a"), Circle(-1, "b")));
        var (status, problem) = await SendAsync(server, HttpMethod.Post, "/v1/fences/reload");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("places.geojson: feature 1:", problem, StringComparison.Ordinal);
        Assert.Equal(["a"], Ids((await SendAsync(server, HttpMethod.Get, "/v1/fences")).Body));

        _folder.SaveFences(Collection(Circle(100, "b"), Circle(100, "c")));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server, HttpMethod.Post, "/v1/fences/reload")).Status);
        await Patience.UntilAsync("the new file is in force", async () => Ids((await SendAsync(server, HttpMethod.Get, "/v1/fences")).Body) is ["b", "c"], () => server.Log.Tail);
    }

    async Task DriveAsync(TestServer server)
    {
        var start = TimeProvider.System.GetUtcNow().AddMinutes(-2);
        for (var i = 0; i < 6; i++)
        {
            var at = start.AddSeconds(i * 10);
            await _broker.WriteAsync(TestBroker.Topics.Positions, "acme/VAN1", Message.Position("acme", "VAN1", at, GeoPoint.Create(49.49, 8.47 - 0.005 + (i * 0.001))), at);
        }
        await _broker.ConsumedAsync(server, TimeProvider.System.GetUtcNow());
    }

    static string Circle(double radius, string? id = null)
    {
        var feature = JsonNode.Parse(Yard)!;
        feature["properties"]!["radiusMetres"] = radius;
        if (id is not null)
            feature["properties"]!["id"] = id;
        return feature.ToJsonString();
    }

    static string Collection(params string[] features) => $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""";

    static string[] Ids(string collection) => [.. JsonNode.Parse(collection)!["features"]!.AsArray().Select(feature => (string)feature!["properties"]!["id"]!)];

    static async Task<(HttpStatusCode Status, string Body)> SendAsync(TestServer server, HttpMethod method, string path, string? body = null)
    {
        using var request = TestServer.Request(method, path, TestServer.OperatorKey);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/geo+json");
        using var response = await server.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
