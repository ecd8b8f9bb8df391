using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary>The store is gone for a while, is full, or holds what cannot be read.</summary>
public sealed class StoreFaultTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IAsyncLifetime
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
    public async Task While_the_database_is_gone_pages_go_on_with_what_is_not_saved_marked_and_nothing_is_lost()
    {
        var settings = await OnPostgresAsync();
        await using var server = await TestServer.StartAsync(settings);
        await RegisterAsync(1);
        await _broker.ConsumedAsync(server, s_now);
        await server.IsLiveAsync();
        await using var follower = new Follower(Id(1), await server.LinkAsync(Id(1)));
        await SeesAsync(follower, server, view => view.IsLive && !view.IsUnsaved);

        await postgres.TakeDownAsync();
        await ScanAsync(1, "one", "pickedUp", 50);
        await SeesAsync(follower, server, view => view.Scans is ["one"] && view.IsUnsaved);
        Assert.Contains("the store has not answered", await server.HealthIsAsync("degraded"), StringComparison.Ordinal);
        await RegisterAsync(2); // not in memory: it waits for the database
        await ScanAsync(1, "two", "outForDelivery", 10);
        await SeesAsync(follower, server, view => view.Scans.Contains("two") && view.IsUnsaved);
        await postgres.BringUpAsync();

        await SeesAsync(follower, server, view => view.Scans is ["one", "two"] && !view.IsUnsaved);
        await server.HealthIsAsync("ok");
        await _broker.ConsumedAsync(server, s_now);
        await AssertAppliedAsync(settings.Store, (1, 3), (2, 1));
        Assert.Empty(follower.StepsBack());
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_server_that_is_killed_while_its_database_is_gone_has_lost_nothing_when_both_are_back()
    {
        var settings = await OnPostgresAsync();
        await using (var server = await TestServer.StartAsync(settings))
        {
            await RegisterAsync(1);
            await _broker.ConsumedAsync(server, s_now);
            await postgres.TakeDownAsync();
            await ScanAsync(1, "one", "pickedUp", 50);
            await server.HasAppliedScansAsync(1);
            await server.KillAsync();
        }
        await using (var tooEarly = TestServer.Launch(settings))
        {
            Assert.Equal(1, await tooEarly.ExitedAsync());
            Assert.Contains("cannot be opened", tooEarly.Errors.Text, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', tooEarly.Errors.Text);
        }
        await postgres.BringUpAsync();

        await using var next = await TestServer.StartAsync(settings);
        await _broker.ConsumedAsync(next, s_now);

        await AssertAppliedAsync(settings.Store, (1, 2));
    }

    [Fact]
    public async Task A_server_whose_database_is_gone_ends_in_good_order_and_reads_the_rest_again()
    {
        var settings = await OnPostgresAsync();
        await using (var server = await TestServer.StartAsync(settings))
        {
            await RegisterAsync(1);
            await _broker.ConsumedAsync(server, s_now);
            await postgres.TakeDownAsync();
            await ScanAsync(1, "one", "pickedUp", 50);
            await server.HasAppliedScansAsync(1);
            Assert.Equal(0, await server.StopAsync());
        }
        await postgres.BringUpAsync();

        await using var next = await TestServer.StartAsync(settings);
        await _broker.ConsumedAsync(next, s_now);

        await AssertAppliedAsync(settings.Store, (1, 2));
    }

    [Fact]
    public async Task Input_waits_when_too_much_is_not_saved_and_goes_on_when_it_is()
    {
        const int limit = 4;
        var settings = await OnPostgresAsync() with { More = [$"--Engine:UnsavedActorsMax={limit}"] };
        await using var server = await TestServer.StartAsync(settings);
        var all = Enumerable.Range(1, 3 * limit).ToArray();
        foreach (var number in all)
            await RegisterAsync(number);
        await _broker.ConsumedAsync(server, s_now);

        await postgres.TakeDownAsync();
        foreach (var number in all[..limit])
        {
            await ScanAsync(number, "one", "pickedUp", 50);
            await server.HasAppliedScansAsync(number);
        }
        foreach (var number in all[limit..])
            await ScanAsync(number, "one", "pickedUp", 50);
        await server.Log.LineWith("input waits until there are fewer").WithinLimit("input to wait", () => server.Log.Tail);
        Assert.Equal(limit, (long?)(await server.StatisticsAsync())["engine"]!["applied"]!["scan"]);
        await postgres.BringUpAsync();

        await server.HasAppliedScansAsync(all.Length);
        await _broker.ConsumedAsync(server, s_now);
        await AssertAppliedAsync(settings.Store, [.. all.Select(number => (number, 2))]);
    }

    [Fact]
    public async Task A_full_disk_costs_nothing_once_there_is_room_again()
    {
        var settings = new ServerSettings(_folder, _broker) { OutlivesFileLimits = true };
        await using var server = await TestServer.StartAsync(settings);
        await RegisterAsync(1);
        await _broker.ConsumedAsync(server, s_now);

        await LimitFilesAsync(server, "0");
        await ScanAsync(1, "one", "pickedUp", 50);
        await server.HealthIsAsync("degraded");
        await RegisterAsync(2); // what is stored can still be read, also that there is nothing
        await ScanAsync(1, "two", "arrivedAtFacility", 40);
        await server.HasAppliedScansAsync(2);
        await LimitFilesAsync(server, "unlimited");

        await server.HealthIsAsync("ok");
        await _broker.ConsumedAsync(server, s_now);
        await AssertAppliedAsync(settings.Store, (1, 3), (2, 1));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_shipment_whose_stored_state_is_damaged_is_parked_and_the_others_go_on()
    {
        var settings = new ServerSettings(_folder, _broker);
        await using (var server = await TestServer.StartAsync(settings))
        {
            await RegisterAsync(1);
            await RegisterAsync(2);
            await _broker.ConsumedAsync(server, s_now);
            Assert.Equal(0, await server.StopAsync());
        }
        await DamageAsync("decent/1");

        await using (var server = await TestServer.StartAsync(settings))
        {
            await ScanAsync(1, "one", "pickedUp", 50);
            await ScanAsync(2, "two", "pickedUp", 50);
            await _broker.ConsumedAsync(server, s_now);
            Assert.True(server.Log.Contains("Shipment decent/1 cannot be read"), server.Log.Tail);
            Assert.Equal(0, await server.StopAsync());
        }

        var refused = Assert.Single(_broker.Refused());
        Assert.Equal("quarantined", refused.Reason);
        await AssertAppliedAsync(settings.Store, (2, 2));
        var (exitCode, _, errors) = await TestServer.RunAsync(["verify", .. settings.Store.Arguments]);
        Assert.Equal(1, exitCode);
        Assert.Contains("Shipment decent/1 in the store cannot be read", errors, StringComparison.Ordinal);
    }

    async Task<ServerSettings> OnPostgresAsync() => new(_folder, _broker) { Store = TestStore.Of(await postgres.NewDatabaseAsync()) };

    Task RegisterAsync(int number)
        => _broker.WriteAsync(TestBroker.Topics.Shipments, Id(number).Value, Message.Registration("decent", Text(number), s_now.AddHours(-2)), s_now);

    Task ScanAsync(int number, string id, string happened, int minutesAgo)
        => _broker.WriteAsync(TestBroker.Topics.Scans, Id(number).Value, Message.Scan("decent", Text(number), id, happened, s_now.AddMinutes(-minutesAgo)), s_now);

    static ShipmentId Id(int number) => ShipmentId.Parse("decent/" + Text(number));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static Task SeesAsync(Follower follower, TestServer server, Func<SeenView, bool> what)
        => Patience.UntilAsync(
            "the page shows it", () => follower.Newest is { } newest && what(newest), () => $"{string.Join("; ", follower.Seen.TakeLast(5))}, {follower.State}. {server.Log.Tail}");

    static async Task AssertAppliedAsync(TestStore store, params (int Number, int Applications)[] expected)
    {
        var shipments = await StoreReading.ShipmentsAsync(store, [.. expected.Select(one => Id(one.Number).Value)]);
        Assert.Equal(expected, expected.Select(one => (one.Number, (int)shipments[Id(one.Number).Value].Applications)));
    }

    // As a full disk: what would make a file longer fails.
    static async Task LimitFilesAsync(TestServer server, string bytes)
    {
        using var process = Process.Start("prlimit", ["--pid", Text(server.ProcessId), $"--fsize={bytes}:unlimited"]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    async Task DamageAsync(string key)
    {
        await using var database = new SqliteConnection($"Data Source={_folder.Database};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "UPDATE actors SET state = substr(state, 1, length(state) / 2) WHERE key = @key";
        command.Parameters.AddWithValue("@key", key);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
