using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Server.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Server.Tests;

/// <summary>Nobody's parcel goes backwards, and nothing counts twice, whenever a server dies.</summary>
public class KilledServerTests(ITestOutputHelper output, PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const int Watched = 24;

    // PostgreSQL where there is time: its contract as a store, and its faults, are in the short form.
    public static IEnumerable<object[]> Rounds => Environment.GetEnvironmentVariable("TRACKINGSILO_LONG") == "1"
        ? Enumerable.Range(4_711, 20).SelectMany(seed => new object[][] { ["sqlite", seed], ["postgres", seed] })
        : [["sqlite", 4_711]];

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task A_server_killed_thrice_has_applied_each_message_once_shown_nobody_a_step_back_and_knows_what_an_undisturbed_one_knows(string kind, int seed)
    {
        try
        {
            await RunAsync(new Random(seed), seed, kind);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"With seed {seed}: {failure.Message}", failure);
        }
    }

    async Task RunAsync(Random luck, int seed, string kind)
    {
        await using var broker = await TestBroker.StartAsync();
        using var folder = new TestFolder();
        using var city = new CityRun(seed, broker);
        folder.SaveFences(city.Fences);
        var settings = new ServerSettings(folder, broker) { Clock = city.Clock, Store = await StoreAsync(kind, folder) };

        // Once while it still catches up with the past, then twice while people look on, each time when somebody has seen something new.
        var live = city.Count - city.CountBefore;
        Task[] moments =
        [
            city.Sent((int)(city.CountBefore * Between(luck, 0.3, 0.9))),
            city.Sent(city.CountBefore + (int)(live * Between(luck, 0.25, 0.5))),
            city.Sent(city.CountBefore + (int)(live * Between(luck, 0.55, 0.8))),
        ];
        var server = await TestServer.StartAsync(settings);
        var followers = new List<Follower>();
        try
        {
            var playing = city.PlayAsync();
            server = await KillAndStartAsync(server, settings, moments[0]);
            foreach (var shipment in city.WorthWatching(Watched))
                followers.Add(new Follower(shipment, await server.LinkAsync(shipment)));
            server = await KillAndStartAsync(server, settings, NewsAsync(followers, 1, moments[1], playing));
            server = await KillAndStartAsync(server, settings, NewsAsync(followers, 2, moments[2], playing));

            await playing;
            await broker.ConsumedAsync(server, city.EndsAt);
            await EachSeesTheEndAsync(followers, city, server);
            AssertQuiet(server);
            Assert.Equal(0, await server.StopAsync());
        }
        finally
        {
            foreach (var follower in followers)
                await follower.DisposeAsync();
            await server.DisposeAsync();
        }
        var seen = followers.SelectMany(follower => follower.Seen).ToList();
        output.WriteLine($"{city.Count} messages; {followers.Count} people have seen {seen.Count} views, {seen.Count(view => !view.IsLive)} of them stored ones");
        Assert.Empty(followers.SelectMany(follower => follower.StepsBack()));
        await AssertEachCountedOnceAsync(settings.Store, city);
        using var fresh = new TestFolder();
        await AssertAnUndisturbedServerKnowsTheSameAsync(settings, fresh, await StoreAsync(kind, fresh));
    }

    async Task<TestStore> StoreAsync(string kind, TestFolder folder) => kind == "postgres" ? TestStore.Of(await postgres.NewDatabaseAsync()) : TestStore.Of(folder);

    // The whole log, from its beginning, into an empty store.
    static async Task AssertAnUndisturbedServerKnowsTheSameAsync(ServerSettings killed, TestFolder folder, TestStore store)
    {
        Assert.All(killed.Broker.Watermarks(TestBroker.Topics.Inputs), mark => Assert.Equal(0, mark.Low)); // else the broker has dropped some, and nothing can be said
        await using (var server = await TestServer.StartAsync(killed with { Folder = folder, Store = store, Port = TestServer.FreePort() }))
        {
            await server.IsLiveAsync();
            Assert.Equal(0, await server.StopAsync());
        }
        Assert.Equal(await StoreReading.VerifyAsync(store), await StoreReading.VerifyAsync(killed.Store));
    }

    // The worst moment: somebody has just seen a scan, which is hardly durable yet.
    static async Task NewsAsync(List<Follower> followers, int servers, Task moment, Task otherwise)
    {
        foreach (var follower in followers)
            await Patience.UntilAsync($"{follower.Shipment} is followed on this server too", () => follower.Follows == servers, () => follower.State);
        await moment;
        await Task.WhenAny(followers.Select(follower => follower.AnotherScanAsync()).Append(otherwise));
    }

    static async Task<TestServer> KillAndStartAsync(TestServer server, ServerSettings settings, Task moment)
    {
        await moment.WithinLimit("the moment to kill", () => server.Log.Tail);
        Assert.False(server.HasExited, server.Log.Tail);
        AssertQuiet(server);
        await server.KillAsync();
        await server.DisposeAsync();
        var next = await TestServer.StartAsync(settings);
        // At once: the holder of the lease is dead, so nobody waits for it to run out.
        Assert.True(next.Log.Contains("over from"), next.Log.Tail);
        Assert.False(next.Log.Contains("waiting up to"), next.Log.Tail);
        return next;
    }

    static async Task EachSeesTheEndAsync(List<Follower> followers, CityRun city, TestServer server)
    {
        foreach (var follower in followers)
        {
            var expected = city.Ledger.Shipments[follower.Shipment].ExpectedStatus;
            await Patience.UntilAsync(
                $"{follower.Shipment} is seen as {expected}",
                () => follower.Newest is { IsLive: true } newest && newest.Status == expected,
                () => $"{string.Join("\n", follower.Seen.TakeLast(5))}\nof {follower.Connections} connections, now {follower.State}. {server.Log.Tail}");
            Assert.Equal((follower.Shipment, 3), (follower.Shipment, follower.Connections));
        }
    }

    static void AssertQuiet(TestServer server) => Assert.Empty(server.Log.Troubles.Concat(server.Errors.Troubles));

    static async Task AssertEachCountedOnceAsync(TestStore store, CityRun city)
    {
        var shipments = await StoreReading.ShipmentsAsync(store, [.. city.Shipments.Keys]);
        var vehicles = await StoreReading.VehiclesAsync(store, [.. city.Vehicles.Keys]);
        AssertSame(city.Shipments, shipments.ToDictionary(entry => entry.Key, entry => entry.Value.Applications));
        AssertSame(city.Vehicles, vehicles.ToDictionary(entry => entry.Key, entry => entry.Value.Applications));
        Assert.Empty(shipments.Values
            .Where(shipment => shipment.Facts.Standing.Status != city.Ledger.Shipments[shipment.Facts.Id].ExpectedStatus)
            .Select(shipment => $"{shipment.Facts.Id} is {shipment.Facts.Standing.Status}, not {city.Ledger.Shipments[shipment.Facts.Id].ExpectedStatus}"));
    }

    static void AssertSame(IReadOnlyDictionary<string, long> sent, Dictionary<string, long> applied)
        => Assert.Empty(sent
            .Where(account => applied.GetValueOrDefault(account.Key) != account.Value)
            .Select(account => $"{account.Key}: {account.Value} sent, {applied.GetValueOrDefault(account.Key)} applied"));

    static double Between(Random luck, double least, double most) => least + (luck.NextDouble() * (most - least));
}
