using System.Diagnostics;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.LoadTests.Recovery;

/// <summary>One city, one log, one store, and a server on them that does not live long.</summary>
sealed class KilledServer(ServerSettings settings, CityRun city, Random luck)
{
    const int Watched = 24;
    const int Vans = 30;
    const int CityMinutes = 300; // three minutes at its speed

    readonly List<Follower> _followers = [];
    readonly List<double> _secondsToLive = [];

    /// <param name="postgres">Null: SQLite.</param>
    public static async Task<Recovered> RunAsync(PostgresServer? postgres, int kills, int seed, IProgress<double> share)
    {
        await using var broker = await TestBroker.StartAsync();
        using var folder = new TestFolder();
        using var fresh = new TestFolder();
        using var city = new CityRun(seed, broker, Vans, CityMinutes);
        folder.SaveFences(city.Fences);
        fresh.SaveFences(city.Fences);
        var settings = new ServerSettings(folder, broker) { Clock = city.Clock, Store = await StoreAsync(postgres, folder) };
        var undisturbed = settings with { Folder = fresh, Store = await StoreAsync(postgres, fresh), Port = TestServer.FreePort() };

        var killed = new KilledServer(settings, city, new Random(seed));
        await killed.PlayAsync(kills, share);
        if (broker.Watermarks(TestBroker.Topics.Inputs).Any(mark => mark.Low > 0))
            throw new InvalidOperationException("The development broker has dropped records: nothing can be said.");
        await using (var server = await TestServer.StartAsync(undisturbed))
        {
            await server.IsLiveAsync();
            await server.StopAsync();
        }
        var (lost, doubled) = await killed.CountAsync();
        return new Recovered
        {
            Kills = kills,
            Messages = city.Count,
            Lost = lost,
            Doubled = doubled,
            Views = killed._followers.Sum(follower => follower.Seen.Count),
            Regressed = killed._followers.Sum(follower => follower.StepsBack().Count),
            SameFacts = await StoreReading.VerifyAsync(settings.Store) == await StoreReading.VerifyAsync(undisturbed.Store),
            SecondsToLive = [.. killed._secondsToLive.Order()],
        };
    }

    static async Task<TestStore> StoreAsync(PostgresServer? postgres, TestFolder folder)
        => postgres is null ? TestStore.Of(folder) : TestStore.Of(await postgres.NewDatabaseAsync());

    async Task PlayAsync(int kills, IProgress<double> share)
    {
        var playing = city.PlayAsync();
        try
        {
            for (var round = 0; round < kills; round++)
            {
                await LiveAndDieAsync(round);
                share.Report((round + 1.0) / (kills + 1));
            }
            var began = Stopwatch.GetTimestamp();
            await using var last = await TestServer.StartAsync(settings);
            await last.IsLiveAsync();
            _secondsToLive.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            await playing;
            await settings.Broker.ConsumedAsync(last, city.EndsAt);
            await last.StopAsync();
        }
        finally
        {
            foreach (var follower in _followers)
                await follower.DisposeAsync();
        }
    }

    async Task LiveAndDieAsync(int round)
    {
        var began = Stopwatch.GetTimestamp();
        await using var server = await TestServer.StartAsync(settings);
        if (round % 3 != 1)
        {
            await server.IsLiveAsync();
            _secondsToLive.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        if (round == 0)
        {
            foreach (var shipment in city.WorthWatching(Watched))
                _followers.Add(new Follower(shipment, await server.LinkAsync(shipment)));
        }
        await Task.Delay(TimeSpan.FromSeconds(luck.NextDouble() * (round % 3 == 1 ? 1 : 4)));
        await server.KillAsync();
    }

    async Task<(long Lost, long Doubled)> CountAsync()
    {
        var shipments = (await StoreReading.ShipmentsAsync(settings.Store, [.. city.Shipments.Keys])).ToDictionary(entry => entry.Key, entry => entry.Value.Applications);
        var vehicles = (await StoreReading.VehiclesAsync(settings.Store, [.. city.Vehicles.Keys])).ToDictionary(entry => entry.Key, entry => entry.Value.Applications);
        var missing = city.Shipments.Select(sent => sent.Value - shipments.GetValueOrDefault(sent.Key))
            .Concat(city.Vehicles.Select(sent => sent.Value - vehicles.GetValueOrDefault(sent.Key)))
            .ToList();
        return (missing.Where(count => count > 0).Sum(), -missing.Where(count => count < 0).Sum());
    }
}

/// <summary>What became of it.</summary>
sealed record Recovered
{
    public required int Kills { get; init; }
    public required int Messages { get; init; }
    public required long Lost { get; init; }
    public required long Doubled { get; init; }
    public required int Views { get; init; }
    public required int Regressed { get; init; }
    public required bool SameFacts { get; init; }

    /// <summary>From launching the process to the end of the log, of those rounds that came so far; ascending.</summary>
    public required IReadOnlyList<double> SecondsToLive { get; init; }

    public double MedianSeconds => Math.Round(SecondsToLive[SecondsToLive.Count / 2], 1);

    public IReadOnlyList<object> Row(string name)
        => [name, Kills, Messages, Lost, Doubled, Views, Regressed, SameFacts ? "yes" : "no", MedianSeconds, Math.Round(SecondsToLive[^1], 1)];
}
