using TrackingSilo.Domain.Shipments;
using TrackingSilo.Server.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Server.Tests;

/// <summary>Nobody's parcel goes backwards, and nothing counts twice, whenever a server dies.</summary>
public class KilledServerTests(ITestOutputHelper output)
{
    const int Watched = 24;

    static readonly int s_rounds = Environment.GetEnvironmentVariable("TRACKINGSILO_LONG") == "1" ? 20 : 1;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(4_711, s_rounds)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_server_killed_twice_has_applied_each_message_once_and_shown_nobody_a_step_back(int seed)
    {
        try
        {
            await RunAsync(new Random(seed), seed);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"With seed {seed}: {failure.Message}", failure);
        }
    }

    async Task RunAsync(Random luck, int seed)
    {
        await using var broker = await TestBroker.StartAsync();
        using var folder = new TestFolder();
        using var city = new CityRun(seed, broker);
        folder.SaveFences(city.Fences);
        var settings = new ServerSettings(folder, broker) { Clock = city.Clock };

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
        Assert.All(followers, AssertNoStepBack);
        await AssertEachCountedOnceAsync(folder, city);
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

    static void AssertNoStepBack(Follower follower)
    {
        Assert.Empty(follower.Wrong);
        foreach (var (before, after) in follower.Seen.Zip(follower.Seen.Skip(1)))
        {
            var step = $"{follower.Shipment}: {before}, then {after}";
            Assert.True(after.Version.Run > before.Version.Run || (after.Version.Run == before.Version.Run && after.Version.Number > before.Version.Number), step);
            // Nothing of these shipments is ever taken back, so no scan disappears and none gives its place to an older one.
            Assert.True(before.Scans.All(after.Scans.Contains), step);
            Assert.True(after.StatusSince is not { } since || before.StatusSince is not { } earlier || since >= earlier, step);
            Assert.True(after.StatusSince != before.StatusSince || after.Status == before.Status, step);
        }
    }

    static async Task AssertEachCountedOnceAsync(TestFolder folder, CityRun city)
    {
        var shipments = await StoreReading.ShipmentsAsync(folder, [.. city.Shipments.Keys]);
        var vehicles = await StoreReading.VehiclesAsync(folder, [.. city.Vehicles.Keys]);
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
