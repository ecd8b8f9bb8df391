using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Engine.Tests;
using TrackingSilo.LoadTests.Checkpoint;
using TrackingSilo.LoadTests.Measuring;
using TrackingSilo.Storage.Postgres;
using TrackingSilo.Storage.Sqlite;

var rows = new Option<int>("--rows") { Description = "Shipments to save", DefaultValueFactory = _ => 1_000_000 };

return await LoadTest.RunAsync(
    "Checkpoint",
    "How many snapshots a second go into a store as checkpoints save them, serialising included, and how many the same database takes where nothing is done but a prepared upsert "
        + "(SQLite) or COPY and upsert (PostgreSQL) of the same bytes. Slices of one checkpoint's size, alternately, into two databases with the production schema.",
    args,
    async test =>
    {
        var folder = Directory.CreateTempSubdirectory("tracking-checkpoint-").FullName;
        try
        {
            var sqlite = await SqliteAsync(test, folder, test.Value(rows));
            var postgres = await PostgresAsync(test, test.Value(rows));
            test.Table(
                ["", "as checkpoints, rows/s", "bare, rows/s", "ratio", "serialising, µs of CPU a row", "bytes a row"],
                [sqlite.Row("SQLite, synchronous=NORMAL"), postgres.Row("PostgreSQL, fsync and synchronous_commit=on")]);
            return new
            {
                Rows = test.Value(rows),
                SqliteSnapshotsPerSecond = Math.Round(sqlite.PerSecond),
                SqliteBarePerSecond = Math.Round(sqlite.BarePerSecond),
                SqliteRatio = Math.Round(sqlite.Ratio, 3),
                PostgresSnapshotsPerSecond = Math.Round(postgres.PerSecond),
                PostgresBarePerSecond = Math.Round(postgres.BarePerSecond),
                PostgresRatio = Math.Round(postgres.Ratio, 3),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    },
    rows);

static async Task<Comparison> SqliteAsync(LoadTest test, string folder, int rows)
{
    var (ours, theirs) = (Path.Combine(folder, "ours.db"), Path.Combine(folder, "bare.db"));
    await using (var schema = new SqliteStore(theirs))
        await schema.OpenAsync("load test", default);
    await using var store = new SqliteStore(ours);
    await using var bare = new BareSqlite(theirs);
    return await CompareAsync(test, "SQLite", store, bare, rows);
}

static async Task<Comparison> PostgresAsync(LoadTest test, int rows)
{
    var server = new PostgresServer { IsDurable = true };
    await server.InitializeAsync();
    try
    {
        var (ours, theirs) = (await server.NewDatabaseAsync(), await server.NewDatabaseAsync());
        await using (var schema = new PostgresStore(theirs))
            await schema.OpenAsync("load test", default);
        await using var store = new PostgresStore(ours);
        await using var bare = await BarePostgres.OpenAsync(theirs);
        return await CompareAsync(test, "PostgreSQL", store, bare, rows);
    }
    finally
    {
        await server.DisposeAsync();
    }
}

static async Task<Comparison> CompareAsync(LoadTest test, string name, ITrackingStore store, IBareStore bare, int rows)
{
    await store.OpenAsync("load test", default);
    var parcels = new Parcels();
    var comparison = new Comparison();
    return await test.ProgressAsync(name, async share =>
    {
        for (var done = 0; done < rows; done += Limits.CheckpointMaxActors)
        {
            var slice = parcels.Next(Math.Min(Limits.CheckpointMaxActors, rows - done));
            // The bytes that the bare one saves are not its to make.
            var began = Cost.Start();
            var states = Array.ConvertAll(slice, ShipmentEncoding.Write);
            comparison.Serialising += began.Stop().Cpu;
            comparison.Bytes += states.Sum(state => (long)state.Length);
            // Turn about: neither always has the disk that the other has just kept busy.
            if (done / Limits.CheckpointMaxActors % 2 == 0)
                comparison.Ours += await SaveAsync(store, slice);
            var start = Stopwatch.GetTimestamp();
            await bare.SaveAsync(slice, states);
            comparison.Bare += Stopwatch.GetElapsedTime(start);
            if (done / Limits.CheckpointMaxActors % 2 != 0)
                comparison.Ours += await SaveAsync(store, slice);
            comparison.Rows += slice.Length;
            share.Report((double)comparison.Rows / rows);
        }
        return comparison;
    });
}

static async Task<TimeSpan> SaveAsync(ITrackingStore store, ShipmentSnapshot[] slice)
{
    var start = Stopwatch.GetTimestamp();
    await store.SaveAsync(
        new Checkpoint([.. slice.Select(parcel => new ActorSnapshot(ActorKind.Shipment, parcel.Facts.Id.Value, parcel.SavedAt, ShipmentEncoding.Write(parcel), null))], [], []), default);
    return Stopwatch.GetElapsedTime(start);
}

sealed class Comparison
{
    public long Rows { get; set; }
    public long Bytes { get; set; }
    public TimeSpan Serialising { get; set; }
    public TimeSpan Ours { get; set; }
    public TimeSpan Bare { get; set; }

    public double PerSecond => Rows / Ours.TotalSeconds;
    public double BarePerSecond => Rows / Bare.TotalSeconds;
    public double Ratio => PerSecond / BarePerSecond;

    public IReadOnlyList<object> Row(string name) =>
    [
        name, Math.Round(PerSecond), Math.Round(BarePerSecond), Ratio.ToString("0.00", CultureInfo.InvariantCulture),
        (Serialising.TotalMicroseconds / Rows).ToString("0.0", CultureInfo.InvariantCulture), Bytes / Rows,
    ];
}
