using System.Text;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary>The log is another one, is shorter than it was, or is gone for a while.</summary>
public sealed class LogTests : IAsyncLifetime
{
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
    public async Task Another_log_is_read_from_its_beginning_and_what_is_known_counts_once()
    {
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
            await TellAsync(server, Scan("one", "pickedUp", 60), Scan("two", "arrivedAtFacility", 50));
        var broker = await AnotherBrokerAsync();

        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, broker)))
            await TellAsync(server, Scan("two", "arrivedAtFacility", 50), Scan("three", "outForDelivery", 10));

        var shipment = await ReadShipmentAsync();
        Assert.Equal(6, shipment.Applications);
        Assert.Equal(["one", "two", "three"], shipment.Facts.Timeline.Scans.Select(scan => scan.Id));
        Assert.Equal(ShipmentStatus.OutForDelivery, shipment.Facts.Standing.Status);
    }

    [Fact]
    public async Task A_log_that_ends_before_what_was_read_stops_the_server_until_it_has_another_name()
    {
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
            await TellAsync(server, Scan("one", "pickedUp", 60), Scan("two", "arrivedAtFacility", 50));
        var before = _broker.Log;
        var broker = await AnotherBrokerAsync();

        await using (var mistaken = TestServer.Launch(new ServerSettings(_folder, broker) { Log = before }))
            await AssertStopsAsync(mistaken, "this is another log, or its end was cut off", "Kafka:Log");
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, broker)))
            await TellAsync(server, Scan("three", "outForDelivery", 10));

        Assert.Equal(5, (await ReadShipmentAsync()).Applications);
    }

    [Fact]
    public async Task A_log_that_begins_after_what_was_read_stops_the_server_unless_the_gap_is_accepted()
    {
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
            await TellAsync(server, Scan("one", "pickedUp", 60));
        await WriteUntilTheFirstRecordsAreDroppedAsync();

        await using (var careful = TestServer.Launch(new ServerSettings(_folder, _broker)))
            await AssertStopsAsync(careful, "were deleted before they were read", "--accept-gap");
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker) { More = ["--accept-gap"] }))
        {
            await TellAsync(server, Scan("two", "outForDelivery", 10));
            Assert.True(server.Log.Contains("accepted as lost"), server.Log.Tail);
        }

        Assert.Equal(ShipmentStatus.OutForDelivery, (await ReadShipmentAsync()).Facts.Standing.Status);
    }

    [Fact]
    public async Task A_broker_that_is_gone_for_a_while_costs_nothing()
    {
        await using var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker));
        await WriteAsync(Scan("one", "pickedUp", 60));
        await InputIsAsync(server, "live");

        await _broker.TakeDownAsync();
        var written = WriteAsync(Scan("two", "arrivedAtFacility", 50)); // its producer tries again until the broker is back
        await InputIsAsync(server, "unreadable");
        Assert.NotNull(await server.LinkAsync(ShipmentId.Parse("decent/1")));
        await _broker.BringUpAsync();
        await written;
        await InputIsAsync(server, "live");
        await TellAsync(server, Scan("three", "outForDelivery", 10));

        Assert.Empty(server.Log.Exceptions.Concat(server.Errors.Exceptions));
        var shipment = await ReadShipmentAsync();
        Assert.Equal(["one", "two", "three"], shipment.Facts.Timeline.Scans.Select(scan => scan.Id));
        Assert.Equal(6, shipment.Applications);
    }

    [Fact]
    public async Task A_server_whose_broker_is_gone_ends_in_good_order_and_reads_on_later()
    {
        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
        {
            await WriteAsync(Scan("one", "pickedUp", 60));
            await server.HasAppliedScansAsync(1);
            await _broker.TakeDownAsync();
            await InputIsAsync(server, "unreadable");
            Assert.Equal(0, await server.StopAsync());
            Assert.Empty(server.Log.Exceptions.Concat(server.Errors.Exceptions));
        }
        await _broker.BringUpAsync();

        await using (var server = await TestServer.StartAsync(new ServerSettings(_folder, _broker)))
            await TellAsync(server, Scan("two", "outForDelivery", 10));

        Assert.Equal(4, (await ReadShipmentAsync()).Applications);
    }

    // Registers the shipment, too, then waits until all is applied, and ends the server in good order.
    async Task TellAsync(TestServer server, params byte[][] scans)
    {
        await WriteAsync(scans);
        await _broker.ConsumedAsync(server, s_now);
        Assert.Equal(0, await server.StopAsync());
    }

    async Task WriteAsync(params byte[][] scans)
    {
        await _broker.WriteAsync(TestBroker.Topics.Shipments, "decent/1", Message.Registration("decent", "1", s_now.AddHours(-2)), s_now);
        foreach (var scan in scans)
            await _broker.WriteAsync(TestBroker.Topics.Scans, "decent/1", scan, s_now);
    }

    async Task<TestBroker> AnotherBrokerAsync()
    {
        await _broker.DisposeAsync();
        return _broker = await TestBroker.StartAsync();
    }

    // The development broker keeps 5 MiB of a partition, as compressed: noise does not compress.
    async Task WriteUntilTheFirstRecordsAreDroppedAsync()
    {
        var partition = _broker.Watermarks([TestBroker.Topics.Scans]).First(mark => mark.High > 0).Partition;
        var noise = new byte[40_000];
        new Random(1).NextBytes(noise);
        var value = Encoding.UTF8.GetBytes($$"""{"carrier":"decent","trackingNumber":"2","code":"c","occurredAt":"{{s_now:O}}","noise":"{{Convert.ToBase64String(noise)}}"}""");
        while (_broker.Watermarks([partition.Topic])[partition.Partition.Value].Low <= 1)
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _broker.WriteAsync(partition.Topic, partition.Partition.Value, "decent/2", value, s_now)));
    }

    static async Task AssertStopsAsync(TestServer server, params string[] words)
    {
        var exitCode = await server.ExitedAsync();
        Assert.True(exitCode == 1, $"{exitCode}: {server.Log.Tail}\n{server.Errors.Tail}");
        Assert.All(words, word => Assert.Contains(word, server.Errors.Text, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', server.Errors.Text);
        Assert.Empty(server.Log.Exceptions);
    }

    static async Task InputIsAsync(TestServer server, string state)
    {
        string? seen = null;
        await Patience.UntilAsync($"input is {state}", async () => (seen = (string?)(await server.StatisticsAsync())["engine"]!["input"]) == state, () => $"{seen}. {server.Log.Tail}");
    }

    async Task<Engine.Actors.ShipmentActor> ReadShipmentAsync() => (await StoreReading.ShipmentsAsync(TestStore.Of(_folder), ["decent/1"]))["decent/1"];

    static byte[] Scan(string id, string happened, int minutesAgo) => Message.Scan("decent", "1", id, happened, s_now.AddMinutes(-minutesAgo));
}
