using System.CommandLine;
using TrackingSilo.Engine.Tests;
using TrackingSilo.LoadTests.Measuring;
using TrackingSilo.LoadTests.Recovery;

var rounds = new Option<int>("--rounds") { Description = "How often the server is killed, for each store", DefaultValueFactory = _ => 20 };
var seed = new Option<int>("--seed") { Description = "Of the city and of the moments", DefaultValueFactory = _ => 4711 };

return await LoadTest.RunAsync(
    "Recovery",
    "A server is killed (SIGKILL) again and again at random moments while a city with all its faults sends at a hundred times its speed and people look on: in one round of three while it still "
        + "catches up. Then: has every shipment and every vehicle applied each message once (lost, doubled), has any page been shown a step back (regressed), and do its facts have the same hash as "
        + "those of an undisturbed server that reads the same log into an empty store?",
    args,
    async test =>
    {
        var postgres = new PostgresServer { IsDurable = true };
        await postgres.InitializeAsync();
        try
        {
            var sqlite = await test.ProgressAsync("SQLite", share => KilledServer.RunAsync(null, test.Value(rounds), test.Value(seed), share));
            var onPostgres = await test.ProgressAsync("PostgreSQL", share => KilledServer.RunAsync(postgres, test.Value(rounds), test.Value(seed) + 1, share));
            test.Table(
                ["", "kills", "messages", "lost", "doubled", "views seen", "steps back", "facts as undisturbed", "from launch to live, s: median", "longest"],
                [sqlite.Row("SQLite"), onPostgres.Row("PostgreSQL")]);
            return new
            {
                Rounds = sqlite.Kills + onPostgres.Kills,
                Lost = sqlite.Lost + onPostgres.Lost,
                Doubled = sqlite.Doubled + onPostgres.Doubled,
                Regressed = sqlite.Regressed + onPostgres.Regressed,
                SqliteSameFacts = sqlite.SameFacts,
                PostgresSameFacts = onPostgres.SameFacts,
                SqliteSecondsToLive = sqlite.MedianSeconds,
                PostgresSecondsToLive = onPostgres.MedianSeconds,
            };
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    },
    rounds, seed);
