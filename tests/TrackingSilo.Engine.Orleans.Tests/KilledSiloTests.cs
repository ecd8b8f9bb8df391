using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Server.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Engine.Orleans.Tests;

/// <summary>Three silos in processes of their own share a log; whatever happens to one of them, every message counts once.</summary>
public sealed class KilledSiloTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    const int Silos = 3;
    const int Partitions = 6;

    [Fact]
    public async Task A_silo_killed_under_load_and_started_again_leaves_every_message_counted_once()
    {
        var database = await postgres.NewDatabaseAsync() + ";Maximum Pool Size=30";
        await using var broker = await TestBroker.StartAsync(Partitions);
        using var folder = new TestFolder();
        using var city = new CityRun(4_711, broker);
        folder.SaveFences(city.Fences);
        var settings = Enumerable.Range(0, Silos).Select(number => SettingsOf(number, database, folder, broker, city)).ToArray();
        var third = city.Sent(city.Count / 3);
        var twoThirds = city.Sent(city.Count * 2 / 3);
        var silos = await Task.WhenAll(settings.Select(TestServer.StartAsync));
        try
        {
            var playing = city.PlayAsync();
            await third.WithinLimit("a third of the messages", () => silos[1].Log.Tail);
            await AppliesAsync(silos[1]);
            await silos[1].KillAsync();
            await silos[1].DisposeAsync();
            await twoThirds.WithinLimit("two thirds of the messages", () => silos[0].Log.Tail);
            silos[1] = await TestServer.StartAsync(settings[1]);

            await playing;
            await broker.ConsumedAsync(silos[0], city.EndsAt);
            var counts = await Task.WhenAll(silos.Select(silo => silo.StatisticsAsync()));
            output.WriteLine($"{city.Count} messages; applied by silo: {string.Join(", ", counts.Select(Applied))}; gaps: {string.Join(", ", counts.Select(count => (long)count["engine"]!["gaps"]!))}");
            Assert.All(counts, count => Assert.True(Applied(count) > 0, "One silo had nothing to do."));
            var exitCodes = await Task.WhenAll(silos.Select(silo => silo.StopAsync()));
            Assert.All(exitCodes, code => Assert.Equal(0, code));
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
        await AssertEachCountedOnceAsync(database, city);
    }

    static ServerSettings SettingsOf(int number, string database, TestFolder folder, TestBroker broker, CityRun city) => new(folder, broker)
    {
        Clock = city.Clock,
        More =
        [
            "--Engine=orleans", "--Role=silo", "--Cluster:ConnectionString=" + database, "--Cluster:Address=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloName=silo-{number}"),
            string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloPort={TestServer.FreePort()}"),
            string.Create(CultureInfo.InvariantCulture, $"--Cluster:GatewayPort={TestServer.FreePort()}"),
        ],
    };

    // Only one that is at work loses something.
    static Task AppliesAsync(TestServer silo)
        => Patience.UntilAsync("the silo has applied something", async () => Applied(await silo.StatisticsAsync()) > 0, () => silo.Log.Tail);

    static long Applied(JsonNode statistics) => statistics["engine"]!["applied"]!.AsObject().Sum(kind => (long)kind.Value!);

    static async Task AssertEachCountedOnceAsync(string database, CityRun city)
    {
        var shipments = new Dictionary<string, long>();
        var vehicles = new Dictionary<string, long>();
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT kind, key, state FROM grains WHERE kind IN ('shipment', 'vehicle')");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (key, stored) = (reader.GetString(1), StoredActor.Read(reader.GetFieldValue<byte[]>(2)));
            if (reader.GetString(0) == "shipment")
                shipments[key] = ShipmentEncoding.Read(stored.State.Span).Applications;
            else
                vehicles[key] = VehicleEncoding.Read(VehicleId.Parse(key), stored.State.Span, stored.Cold.Span).Applications;
        }
        AssertSame(city.Shipments, shipments);
        AssertSame(city.Vehicles, vehicles);
    }

    static void AssertSame(IReadOnlyDictionary<string, long> sent, Dictionary<string, long> applied)
        => Assert.Empty(sent
            .Where(account => applied.GetValueOrDefault(account.Key) != account.Value)
            .Select(account => $"{account.Key}: {account.Value} sent, {applied.GetValueOrDefault(account.Key)} applied"));
}
