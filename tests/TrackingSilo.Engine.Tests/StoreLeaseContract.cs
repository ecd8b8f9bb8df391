using System.Text;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Tests;

/// <summary>The part of <see cref="StoreContract"/> that says who may use a store: one server at a time, and whose turn it is.</summary>
public abstract class StoreLeaseContract
{
    /// <summary>Where a server runs, as its lease tells it.</summary>
    public enum Server
    {
        /// <summary>In this process.</summary>
        Here,

        /// <summary>On another machine: from here nobody can say whether it lives.</summary>
        Elsewhere,

        /// <summary>It ran on this machine and is dead.</summary>
        Dead,

        /// <summary>It is dead as well, and its pid is another process's now.</summary>
        DeadWithItsPidInUse,
    }

    static readonly CancellationToken s_none = CancellationToken.None;

    /// <summary>A store over this test's database; every call makes another server.</summary>
    /// <param name="lease">How long its leases last; null: as in production.</param>
    protected abstract ITrackingStore NewStore(Server server = Server.Here, TimeSpan? lease = null);

    /// <summary>Changes the database behind the stores' backs.</summary>
    protected abstract Task ExecuteAsync(string sql);

    protected async Task<ITrackingStore> OpenAsync(Server server = Server.Here, string holder = "test")
    {
        var store = NewStore(server);
        await store.OpenAsync(holder, s_none);
        return store;
    }

    protected static ActorSnapshot Shipment(string key, string state, DateTimeOffset? due = null, string? cold = null)
        => new(ActorKind.Shipment, key, due, Encoding.UTF8.GetBytes(state), cold is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(cold));

    protected static Checkpoint Actors(params IReadOnlyList<ActorSnapshot> actors) => new(actors, [], []);

    protected static async Task<ActorSnapshot?> LoadOneAsync(ITrackingStore store, string key, ActorKind kind = ActorKind.Shipment)
    {
        var loaded = await store.LoadAsync(kind, [key], s_none);
        return loaded.Count == 0 ? null : Assert.Single(loaded);
    }

    protected static string Text(ReadOnlyMemory<byte>? bytes) => bytes is { } value ? Encoding.UTF8.GetString(value.Span) : "(none)";

    [Fact]
    public async Task Each_start_begins_a_greater_run()
    {
        var runs = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            await using var store = NewStore();
            runs.Add(await store.OpenAsync("test", s_none));
        }
        Assert.Equal(runs.Order().Distinct(), runs);
        Assert.True(runs[0] > 0);
    }

    [Fact]
    public async Task A_second_server_is_told_who_holds_the_store()
    {
        await using var first = await OpenAsync(holder: "the first server");
        await first.SaveAsync(Actors(Shipment("acme/1", "first")), s_none);
        await using var second = NewStore(lease: TimeSpan.FromSeconds(1));

        var opening = second.OpenAsync("the second server", s_none);
        while (!opening.IsCompleted)
        {
            await first.RenewLeaseAsync(s_none);
            await Task.WhenAny(opening, Task.Delay(10));
        }

        var refused = await Assert.ThrowsAsync<StoreHeldException>(() => opening);
        Assert.Contains("the first server", refused.Message);
        Assert.Contains(Environment.MachineName, refused.Message);
        Assert.Contains($"{Environment.ProcessId}", refused.Message);
        Assert.Contains("Stop that server", refused.Message);
        await first.SaveAsync(Actors(Shipment("acme/1", "still the first's")), s_none);
    }

    [Fact]
    public async Task A_server_that_closed_its_store_may_be_followed_at_once()
    {
        var first = await OpenAsync(Server.Elsewhere);
        await first.DisposeAsync();
        await using var second = await OpenAsync();
        await second.SaveAsync(Actors(Shipment("acme/1", "second")), s_none);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dead_process_holds_nothing(bool pidInUse)
    {
        await using var dead = await OpenAsync(pidInUse ? Server.DeadWithItsPidInUse : Server.Dead);

        // With its real duration of 15 s: if the lease had to run out, this would not return in time.
        await using var next = await OpenAsync().WaitAsync(TimeSpan.FromSeconds(10));
        await next.SaveAsync(Actors(Shipment("acme/1", "next")), s_none);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_runs_out()
    {
        await using var silent = NewStore(Server.Elsewhere, TimeSpan.FromMilliseconds(400));
        var before = await silent.OpenAsync("silent", s_none);

        await using var next = NewStore();
        Assert.True(await next.OpenAsync("next", s_none) > before);
    }

    [Fact]
    public async Task Who_lost_the_lease_saves_nothing_more()
    {
        await using var loser = await OpenAsync(Server.Dead);
        var partition = new LogPartition("log", "scans", 0);
        var id = Assert.Single(await loser.OpenPartitionsAsync([partition], s_none)).Id;
        await using var winner = await OpenAsync(holder: "the winner");

        var lost = await Assert.ThrowsAsync<StoreHeldException>(
            () => loser.SaveAsync(new Checkpoint([Shipment("acme/1", "x")], [new LogPosition(id, 5)], [new("doc", "x"u8.ToArray())]), s_none));
        await Assert.ThrowsAsync<StoreHeldException>(() => loser.RenewLeaseAsync(s_none));
        await Assert.ThrowsAsync<StoreHeldException>(() => loser.OpenPartitionsAsync([partition], s_none));

        Assert.Contains("the winner", lost.Message);
        Assert.Null(await LoadOneAsync(winner, "acme/1"));
        Assert.Null(await winner.LoadDocumentAsync("doc", s_none));
        Assert.Equal(-1, Assert.Single(await winner.OpenPartitionsAsync([partition], s_none)).DurableOffset);

        await loser.DisposeAsync(); // must not give the winner's lease back
        await winner.SaveAsync(Actors(Shipment("acme/1", "winner")), s_none);
    }

    [Fact]
    public async Task Two_servers_that_start_at_once_do_not_both_get_the_store()
    {
        await using var one = NewStore(lease: TimeSpan.FromSeconds(2));
        await using var other = NewStore(lease: TimeSpan.FromSeconds(2));
        Task<long>[] opening = [Task.Run(() => one.OpenAsync("one", s_none)), Task.Run(() => other.OpenAsync("other", s_none))];

        var first = await Task.WhenAny(opening);
        await first;
        var (winner, late) = first == opening[0] ? (one, opening[1]) : (other, opening[0]);
        while (!late.IsCompleted)
        {
            await winner.RenewLeaseAsync(s_none);
            await Task.WhenAny(late, Task.Delay(10));
        }
        await Assert.ThrowsAsync<StoreHeldException>(() => late);
    }

    [Fact]
    public async Task A_store_of_a_later_program_is_left_alone()
    {
        await using (var store = await OpenAsync())
            await store.SaveAsync(Actors(Shipment("acme/1", "x")), s_none);
        await ExecuteAsync("INSERT INTO schema_version (version) VALUES (999)");

        await using var older = NewStore();
        var refused = await Assert.ThrowsAsync<StoreTooNewException>(() => older.OpenAsync("older", s_none));

        Assert.Contains("999", refused.Message);
        Assert.Contains("versions up to 1", refused.Message);
        Assert.Contains("Start that later version", refused.Message);
    }

    [Fact]
    public async Task A_store_that_is_not_open_says_so()
    {
        await using var store = NewStore();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.SaveAsync(Actors(), s_none));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.LoadAsync(ActorKind.Shipment, ["a/1"], s_none));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.RenewLeaseAsync(s_none));
    }
}
