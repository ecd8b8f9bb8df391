using System.Text.Json.Nodes;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary><c>server show ID</c>: what the store holds, for whoever is asked why a parcel looks as it does.</summary>
public sealed class ShowTests : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    static readonly GeoPoint s_place = GeoPoint.TryCreate(49.48, 8.46, out var place) ? place : default;

    readonly TestFolder _folder = new();
    TestBroker _broker = null!;
    TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _server = await TestServer.StartAsync(new ServerSettings(_folder, _broker));
        await _broker.WriteAsync(TestBroker.Topics.Shipments, "decent/1", Message.Registration("decent", "1", s_now), s_now);
        await _broker.WriteAsync(TestBroker.Topics.Scans, "decent/1", Message.Scan("decent", "1", "e1", "outForDelivery", s_now, "V1"), s_now);
        await _broker.WriteAsync(TestBroker.Topics.Manifests, "decent/V1", Message.Manifest("decent", "V1", 7, [("stop-1", s_place, ["1"])]), s_now);
        await _broker.WriteAsync(TestBroker.Topics.Positions, "decent/V1", Message.Position("decent", "V1", s_now, s_place), s_now);
        await _broker.ConsumedAsync(_server, s_now);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_shipment_and_a_vehicle_are_shown_while_the_server_runs()
    {
        var shipment = await ShowAsync("decent/1");
        Assert.Equal("decent/1", (string?)shipment["shipment"]);
        Assert.Equal(2, Number(shipment, "applications"));
        Assert.Contains("e1", shipment.ToJsonString(), StringComparison.Ordinal);

        var vehicle = await ShowAsync("decent/V1");
        Assert.Equal("decent/V1", (string?)vehicle["vehicle"]);
        Assert.Equal(2, Number(vehicle, "applications"));
        Assert.Contains("stop-1", vehicle.ToJsonString(), StringComparison.Ordinal);
        Assert.False(_server.HasExited);
    }

    [Theory]
    [InlineData(1, "knows no shipment and no vehicle decent/2", "decent/2")]
    [InlineData(2, "Usage: show", "no id")]
    [InlineData(2, "Usage: show")]
    public async Task What_cannot_be_shown_is_said_in_a_sentence(int exitCode, string sentence, params string[] id)
    {
        var shown = await TestServer.RunAsync(["show", .. id, "--Store:Path=" + _folder.Database]);

        Assert.Equal((exitCode, ""), (shown.ExitCode, shown.Output));
        Assert.Contains(sentence, shown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_named()
    {
        var nowhere = _folder.In("nowhere.db");

        var shown = await TestServer.RunAsync("show", "decent/1", "--Store:Path=" + nowhere);

        Assert.Equal((1, ""), (shown.ExitCode, shown.Output));
        Assert.Contains(nowhere, shown.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(nowhere));
    }

    async Task<JsonNode> ShowAsync(string id)
    {
        var shown = await TestServer.RunAsync("show", id, "--Store:Path=" + _folder.Database);
        Assert.Equal((0, ""), (shown.ExitCode, shown.Errors));
        return JsonNode.Parse(shown.Output)!;
    }

    // However its name is spelled.
    static long Number(JsonNode shown, string name) => (long)shown["state"]!.AsObject().Single(property => string.Equals(property.Key, name, StringComparison.OrdinalIgnoreCase)).Value!;
}
