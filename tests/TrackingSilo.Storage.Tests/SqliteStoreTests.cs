using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Storage.Sqlite;

namespace TrackingSilo.Storage.Tests;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    readonly string _folder = Path.Combine(Path.GetTempPath(), "tracking-" + Path.GetRandomFileName());

    string DatabaseFile => Path.Combine(_folder, "deep", "tracking.db");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, true);
    }

    protected override ITrackingStore NewStore(Server server = Server.Here, TimeSpan? lease = null)
        => new SqliteStore(DatabaseFile, LeaseTermsOf.Server(server, lease));

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    static Checkpoint Actors(int count, string state)
        => new([.. Enumerable.Range(0, count).Select(i => new ActorSnapshot(ActorKind.Shipment, $"acme/{i}", null, System.Text.Encoding.UTF8.GetBytes(state), null))], [], []);

    [Fact]
    public async Task A_full_disk_fails_the_save_and_nothing_else()
    {
        await using var store = new SqliteStore(DatabaseFile);
        await store.OpenAsync("test", default);
        await store.SaveAsync(Actors(10, "before"), default);
        var pages = (long)store.Writer.Scalar("PRAGMA page_count")!;
        store.Writer.Execute($"PRAGMA max_page_count = {pages}");

        var full = await Assert.ThrowsAsync<SqliteException>(() => store.SaveAsync(Actors(1_000, new string('x', 2_000)), default));
        Assert.Contains("full", full.Message);
        var loaded = await store.LoadAsync(ActorKind.Shipment, ["acme/1", "acme/999"], default);
        Assert.Equal("before"u8, Assert.Single(loaded).State.Span);
        await store.RenewLeaseAsync(default);

        store.Writer.Execute("PRAGMA max_page_count = 1000000");
        await store.SaveAsync(Actors(1_000, "after"), default);
        Assert.Equal(2, (await store.LoadAsync(ActorKind.Shipment, ["acme/1", "acme/999"], default)).Count);
    }

    [Fact]
    public async Task A_load_does_not_wait_for_a_save_or_for_anybody_who_writes()
    {
        await using var store = new SqliteStore(DatabaseFile);
        await store.OpenAsync("test", default);
        await store.SaveAsync(Actors(1, "before"), default);

        using var transaction = store.Writer.BeginTransaction();
        store.Writer.Execute("UPDATE actors SET state = x'00'");
        var loaded = await store.LoadAsync(ActorKind.Shipment, ["acme/0"], default).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("before"u8, Assert.Single(loaded).State.Span);
    }

    [Fact]
    public async Task A_lease_lasts_by_the_clock_that_the_store_was_given()
    {
        var clock = new FakeTimeProvider();
        await using var silent = new SqliteStore(DatabaseFile, LeaseTermsOf.Server(Server.Elsewhere, TimeSpan.FromSeconds(15)), clock);
        await silent.OpenAsync("silent", default);
        await using var next = new SqliteStore(DatabaseFile, clock);

        clock.Advance(TimeSpan.FromSeconds(5));
        await silent.RenewLeaseAsync(default);
        clock.Advance(TimeSpan.FromSeconds(14.9));
        var opening = next.OpenAsync("next", default);
        Assert.False(opening.IsCompleted);
        await AdvanceUntilAsync(clock, opening);

        await opening;
        await Assert.ThrowsAsync<StoreHeldException>(() => silent.RenewLeaseAsync(default));
    }

    [Fact]
    public async Task A_lease_whose_holder_had_a_wrong_clock_is_watched_for_one_duration_and_then_taken()
    {
        var wrong = new FakeTimeProvider(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var silent = new SqliteStore(DatabaseFile, LeaseTermsOf.Server(Server.Elsewhere, TimeSpan.FromSeconds(15)), wrong);
        await silent.OpenAsync("silent", default);

        var clock = new FakeTimeProvider();
        await using var next = new SqliteStore(DatabaseFile, clock);
        var start = clock.GetUtcNow();
        var opening = next.OpenAsync("next", default);
        await AdvanceUntilAsync(clock, opening);

        await opening;
        Assert.InRange(clock.GetUtcNow() - start, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DatabaseFile)!);
        var text = new string('x', 10_000);
        await File.WriteAllTextAsync(DatabaseFile, text);
        await using (var store = new SqliteStore(DatabaseFile))
        {
            var refused = await Assert.ThrowsAsync<IOException>(() => store.OpenAsync("test", default));
            Assert.Contains(DatabaseFile, refused.Message);
            Assert.Contains("not a database", refused.Message);
        }
        Assert.Equal(text, await File.ReadAllTextAsync(DatabaseFile));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "deep"), "a file where the folder should be");
        await using var store = new SqliteStore(DatabaseFile);
        var refused = await Assert.ThrowsAnyAsync<IOException>(() => store.OpenAsync("test", default));
        Assert.Contains(Path.GetDirectoryName(DatabaseFile)!, refused.Message);
    }

    [Fact]
    public async Task A_failed_opening_may_be_repeated()
    {
        Directory.CreateDirectory(_folder);
        var blocker = Path.Combine(_folder, "deep");
        await File.WriteAllTextAsync(blocker, "");
        await using var store = new SqliteStore(DatabaseFile);
        await Assert.ThrowsAnyAsync<IOException>(() => store.OpenAsync("test", default));

        File.Delete(blocker);
        Assert.Equal(1, await store.OpenAsync("test", default));
    }

    [Fact]
    public async Task What_the_file_holds_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var store = new SqliteStore(DatabaseFile);
        await store.OpenAsync("test", default);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(DatabaseFile)!) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead));
    }

    /// <summary>Lets time pass, and the waiting server look, until it is done.</summary>
    static async Task AdvanceUntilAsync(FakeTimeProvider clock, Task done)
    {
        while (!done.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(done, Task.Delay(5));
        }
    }
}
