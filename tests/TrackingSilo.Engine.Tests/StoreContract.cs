using System.Text;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Tests;

/// <summary>What every <see cref="ITrackingStore"/> must do. Each test has a database of its own.</summary>
public abstract class StoreContract
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

    static readonly DateTimeOffset s_noon = new(2025, 12, 22, 12, 0, 0, TimeSpan.Zero);
    static readonly CancellationToken s_none = CancellationToken.None;

    /// <summary>A store over this test's database; every call makes another server.</summary>
    /// <param name="lease">How long its leases last; null: as in production.</param>
    protected abstract ITrackingStore NewStore(Server server = Server.Here, TimeSpan? lease = null);

    /// <summary>Changes the database behind the stores' backs.</summary>
    protected abstract Task ExecuteAsync(string sql);

    async Task<ITrackingStore> OpenAsync(Server server = Server.Here, string holder = "test")
    {
        var store = NewStore(server);
        await store.OpenAsync(holder, s_none);
        return store;
    }

    static ActorSnapshot Shipment(string key, string state, DateTimeOffset? due = null, string? cold = null)
        => new(ActorKind.Shipment, key, due, Encoding.UTF8.GetBytes(state), cold is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(cold));

    static Checkpoint Actors(params IReadOnlyList<ActorSnapshot> actors) => new(actors, [], []);

    static async Task<ActorSnapshot?> LoadOneAsync(ITrackingStore store, string key, ActorKind kind = ActorKind.Shipment)
    {
        var loaded = await store.LoadAsync(kind, [key], s_none);
        return loaded.Count == 0 ? null : Assert.Single(loaded);
    }

    static string Text(ReadOnlyMemory<byte>? bytes) => bytes is { } value ? Encoding.UTF8.GetString(value.Span) : "(none)";

    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await using (var store = await OpenAsync())
        {
            await store.SaveAsync(
                Actors(Shipment("acme/1", "one", s_noon, "cold"), Shipment("acme/2", "two"), Shipment("acme/3", "three", null, "")), s_none);
        }

        await using var again = await OpenAsync();
        var loaded = await again.LoadAsync(ActorKind.Shipment, ["acme/3", "acme/1", "acme/unknown", "acme/2"], s_none);

        Assert.Equal(
            [("acme/1", "one", s_noon, "cold"), ("acme/2", "two", null, "(none)"), ("acme/3", "three", (DateTimeOffset?)null, "")],
            loaded.OrderBy(actor => actor.Key).Select(actor => (actor.Key, Text(actor.State), actor.NextDueAt, Text(actor.Cold))));
        Assert.All(loaded, actor => Assert.Equal(ActorKind.Shipment, actor.Kind));
    }

    [Fact]
    public async Task Every_byte_of_a_state_comes_back()
    {
        await using var store = await OpenAsync();
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();

        // A part of a greater buffer: what lies around it must not come along.
        await store.SaveAsync(Actors(new ActorSnapshot(ActorKind.Vehicle, "acme/V", null, bytes.AsMemory(0, 200), bytes.AsMemory(100))), s_none);

        var loaded = await LoadOneAsync(store, "acme/V", ActorKind.Vehicle);
        Assert.Equal(bytes[..200], loaded!.Value.State.ToArray());
        Assert.Equal(bytes[100..], loaded.Value.Cold!.Value.ToArray());
    }

    [Fact]
    public async Task A_state_and_a_cold_part_of_megabytes_come_back()
    {
        await using var store = await OpenAsync();
        var state = new byte[3_000_000];
        new Random(7).NextBytes(state);

        await store.SaveAsync(Actors(new ActorSnapshot(ActorKind.Vehicle, "acme/V", null, state, state)), s_none);

        var loaded = await LoadOneAsync(store, "acme/V", ActorKind.Vehicle);
        Assert.Equal(state, loaded!.Value.State.ToArray());
        Assert.Equal(state, loaded.Value.Cold!.Value.ToArray());
    }

    [Fact]
    public async Task A_shipment_and_a_vehicle_may_have_the_same_key()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(Actors(Shipment("acme/1", "shipment"), Shipment("acme/1", "vehicle") with { Kind = ActorKind.Vehicle }), s_none);
        await store.SaveAsync(Actors(Shipment("acme/1", "")), s_none);

        Assert.Null(await LoadOneAsync(store, "acme/1"));
        Assert.Equal("vehicle", Text((await LoadOneAsync(store, "acme/1", ActorKind.Vehicle))!.Value.State));
    }

    [Fact]
    public async Task The_cold_part_stays_until_it_is_replaced()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(Actors(Shipment("acme/1", "a", null, "manifest 1")), s_none);

        await store.SaveAsync(Actors(Shipment("acme/1", "b")), s_none);
        var kept = await LoadOneAsync(store, "acme/1");
        Assert.Equal(("b", "manifest 1"), (Text(kept!.Value.State), Text(kept.Value.Cold)));

        await store.SaveAsync(Actors(Shipment("acme/1", "c", null, "manifest 2")), s_none);
        var replaced = await LoadOneAsync(store, "acme/1");
        Assert.Equal(("c", "manifest 2"), (Text(replaced!.Value.State), Text(replaced.Value.Cold)));

        await store.SaveAsync(Actors(Shipment("acme/1", "d", null, "")), s_none);
        Assert.Equal("", Text((await LoadOneAsync(store, "acme/1"))!.Value.Cold));
    }

    [Fact]
    public async Task A_finished_actor_goes_with_all_that_it_had()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(Actors(Shipment("acme/1", "a", s_noon, "cold"), Shipment("acme/2", "stays", s_noon)), s_none);

        await store.SaveAsync(Actors(Shipment("acme/1", ""), Shipment("acme/never-saved", "")), s_none);

        Assert.Null(await LoadOneAsync(store, "acme/1"));
        Assert.Equal(["acme/2"], (await store.DueAsync(s_noon, null, 10, s_none)).Select(actor => actor.Key));

        await store.SaveAsync(Actors(Shipment("acme/1", "b")), s_none);
        Assert.Equal("(none)", Text((await LoadOneAsync(store, "acme/1"))!.Value.Cold));
    }

    [Fact]
    public async Task Due_actors_come_earliest_first_page_by_page_and_none_before_its_time()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(
            Actors(
                Shipment("acme/LATER", "x", s_noon.AddTicks(1)),
                Shipment("acme/NEVER", "x"),
                Shipment("acme/B", "x", s_noon.AddSeconds(-1)),
                Shipment("acme/A", "x", s_noon.AddSeconds(-1)),
                Shipment("acme/A", "x", s_noon.AddSeconds(-1)) with { Kind = ActorKind.Vehicle },
                Shipment("acme/NOW", "x", s_noon),
                Shipment("acme/EARLIEST", "x", s_noon.AddYears(-60))),
            s_none);

        var pages = new List<string>();
        DueActor? last = null;
        IReadOnlyList<DueActor> page;
        do
        {
            page = await store.DueAsync(s_noon, last, 2, s_none);
            pages.Add(string.Join(' ', page.Select(actor => $"{actor.Kind}:{actor.Key}")));
            last = page.Count > 0 ? page[^1] : last;
        }
        while (page.Count == 2);

        Assert.Equal(["Shipment:acme/EARLIEST Shipment:acme/A", "Shipment:acme/B Vehicle:acme/A", "Shipment:acme/NOW"], pages);
        Assert.Equal(s_noon, last!.Value.DueAt);
    }

    [Fact]
    public async Task An_actor_is_due_when_its_newest_state_says()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(Actors(Shipment("acme/1", "a", s_noon), Shipment("acme/2", "a", s_noon)), s_none);
        await store.SaveAsync(Actors(Shipment("acme/1", "b"), Shipment("acme/2", "b", s_noon.AddHours(1))), s_none);

        Assert.Empty(await store.DueAsync(s_noon, null, 10, s_none));
        Assert.Equal([new DueActor(ActorKind.Shipment, "acme/2", s_noon.AddHours(1))], await store.DueAsync(DateTimeOffset.MaxValue, null, 10, s_none));
    }

    [Fact]
    public async Task Any_instant_may_be_due()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(Actors(Shipment("acme/1", "a", DateTimeOffset.MaxValue), Shipment("acme/2", "a", DateTimeOffset.MinValue)), s_none);

        Assert.Equal(["acme/2", "acme/1"], (await store.DueAsync(DateTimeOffset.MaxValue, null, 10, s_none)).Select(actor => actor.Key));
        Assert.Equal(DateTimeOffset.MinValue, (await LoadOneAsync(store, "acme/2"))!.Value.NextDueAt);
    }

    [Fact]
    public async Task Positions_only_move_forward()
    {
        var partition = new LogPartition("log-1", "tracking.scans", 0);
        await using (var store = await OpenAsync())
        {
            var opened = Assert.Single(await store.OpenPartitionsAsync([partition], s_none));
            Assert.Equal(-1, opened.DurableOffset);
            await store.SaveAsync(new Checkpoint([], [new LogPosition(opened.Id, 5_000_000_000)], []), s_none);
            await store.SaveAsync(new Checkpoint([], [new LogPosition(opened.Id, 7)], []), s_none);
        }

        await using var again = await OpenAsync();
        Assert.Equal(5_000_000_000, Assert.Single(await again.OpenPartitionsAsync([partition], s_none)).DurableOffset);
    }

    [Fact]
    public async Task Partitions_keep_their_numbers_and_are_answered_in_the_order_asked()
    {
        LogPartition[] partitions = [.. from topic in new[] { "scans", "positions" } from partition in Enumerable.Range(0, 3) select new LogPartition("log", topic, partition)];
        IReadOnlyList<OpenedPartition> first;
        await using (var store = await OpenAsync())
        {
            first = await store.OpenPartitionsAsync(partitions, s_none);
            await store.SaveAsync(new Checkpoint([], [.. first.Select((opened, i) => new LogPosition(opened.Id, 10 + i))], []), s_none);
        }

        await using var again = await OpenAsync();
        var one = await again.OpenPartitionsAsync([partitions[4]], s_none);
        var second = await again.OpenPartitionsAsync([.. partitions.Reverse()], s_none);

        Assert.Equal(partitions, first.Select(opened => opened.Partition));
        Assert.Equal(6, first.Select(opened => opened.Id).Distinct().Count());
        Assert.Equal(first.Select((opened, i) => opened with { DurableOffset = 10 + i }).Reverse(), second);
        Assert.Equal([second[1]], one);
    }

    [Fact]
    public async Task Another_log_is_a_new_generation_and_begins_new_positions()
    {
        await using var store = await OpenAsync();
        var old = Assert.Single(await store.OpenPartitionsAsync([new LogPartition("old log", "scans", 0)], s_none));
        await store.SaveAsync(new Checkpoint([], [new LogPosition(old.Id, 99)], []), s_none);

        var other = Assert.Single(await store.OpenPartitionsAsync([new LogPartition("new log", "scans", 0)], s_none));
        Assert.Equal((1, 2), (old.Generation, other.Generation));
        Assert.NotEqual(old.Id, other.Id);
        Assert.Equal(-1, other.DurableOffset);

        var oldAgain = Assert.Single(await store.OpenPartitionsAsync([new LogPartition("old log", "scans", 0)], s_none));
        Assert.Equal(old with { DurableOffset = 99 }, oldAgain);
        var third = Assert.Single(await store.OpenPartitionsAsync([new LogPartition("third log", "scans", 0)], s_none));
        Assert.Equal(3, third.Generation);
    }

    [Fact]
    public async Task A_save_that_fails_leaves_everything_as_it_was()
    {
        await using var store = await OpenAsync();
        var partition = new LogPartition("log", "scans", 0);
        var id = Assert.Single(await store.OpenPartitionsAsync([partition], s_none)).Id;
        StoredDocument Document(string text) => new("learned", Encoding.UTF8.GetBytes(text));
        await store.SaveAsync(
            new Checkpoint([Shipment("acme/1", "before", s_noon, "cold before"), Shipment("acme/2", "before")], [new LogPosition(id, 1)], [Document("before")]), s_none);

        ActorSnapshot[] changes = [Shipment("acme/1", "after", null, "cold after"), Shipment("acme/2", ""), Shipment("acme/3", "after")];
        await Assert.ThrowsAnyAsync<Exception>(
            () => store.SaveAsync(new Checkpoint(changes, [new LogPosition(id, 2), new LogPosition(new PartitionId(4711), 2)], [Document("after")]), s_none));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.SaveAsync(new Checkpoint(changes, [new LogPosition(id, 2)], [Document("after")]), cancelled.Token));

        var one = await LoadOneAsync(store, "acme/1");
        Assert.Equal(("before", "cold before", s_noon), (Text(one!.Value.State), Text(one.Value.Cold), one.Value.NextDueAt));
        Assert.NotNull(await LoadOneAsync(store, "acme/2"));
        Assert.Null(await LoadOneAsync(store, "acme/3"));
        Assert.Equal(1, Assert.Single(await store.OpenPartitionsAsync([partition], s_none)).DurableOffset);
        Assert.Equal("before", Text((await store.LoadDocumentAsync("learned", s_none))!));

        await store.SaveAsync(new Checkpoint(changes, [new LogPosition(id, 2)], [Document("after")]), s_none);
        Assert.Equal("after", Text((await LoadOneAsync(store, "acme/1"))!.Value.State));
        Assert.Equal("after", Text((await store.LoadDocumentAsync("learned", s_none))!));
    }

    [Fact]
    public async Task An_actor_stands_in_a_checkpoint_once()
    {
        await using var store = await OpenAsync();
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => store.SaveAsync(Actors(Shipment("acme/1", "a"), Shipment("acme/1", "b")), s_none));
        Assert.Contains("acme/1", failure.Message);
        Assert.Null(await LoadOneAsync(store, "acme/1"));
    }

    [Fact]
    public async Task An_empty_checkpoint_is_fine()
    {
        await using var store = await OpenAsync();
        await store.SaveAsync(new Checkpoint([], [], []), s_none);
        Assert.Empty(await store.LoadAsync(ActorKind.Shipment, [], s_none));
        Assert.Empty(await store.OpenPartitionsAsync([], s_none));
    }

    [Fact]
    public async Task Documents_are_kept_and_replaced()
    {
        await using (var store = await OpenAsync())
        {
            Assert.Null(await store.LoadDocumentAsync("speeds", s_none));
            await store.SaveAsync(new Checkpoint([], [], [new("speeds", "1"u8.ToArray()), new("errors", ReadOnlyMemory<byte>.Empty)]), s_none);
            await store.SaveAsync(new Checkpoint([], [], [new("speeds", "2"u8.ToArray())]), s_none);
        }

        await using var again = await OpenAsync();
        Assert.Equal("2", Text((await again.LoadDocumentAsync("speeds", s_none))!));
        Assert.Equal("", Text((await again.LoadDocumentAsync("errors", s_none))!));
    }

    [Fact]
    public async Task Hostile_keys_are_only_keys()
    {
        await using var store = await OpenAsync();
        string[] keys =
        [
            "a/'; DROP TABLE actors; --", "a/\"", "a/\\", "a/%_", "a/$1@key", "a/{a,b}", "a/NULL", "a/\\N", "a/\t\r\n", "a/日本語", "a/\U0001F69A", "a/é", "a/e\u0301",
            "a/" + new string('x', 2_000), "", " ", "A/B", "a/b",
        ];
        await store.SaveAsync(Actors([.. keys.Select((key, i) => Shipment(key, $"\0{i}\0"))]), s_none);

        var loaded = await store.LoadAsync(ActorKind.Shipment, keys, s_none);
        Assert.Equal(keys.Select((key, i) => (key, $"\0{i}\0")).Order(), loaded.Select(actor => (actor.Key, Text(actor.State))).Order());

        var log = new LogPartition("log'\"; --", "topic\\", 0);
        var opened = Assert.Single(await store.OpenPartitionsAsync([log], s_none));
        Assert.Equal(log, opened.Partition);
    }

    [Fact]
    public async Task Ten_thousand_actors_go_into_one_checkpoint()
    {
        await using var store = await OpenAsync();
        string[] keys = [.. Enumerable.Range(0, Limits.CheckpointMaxActors).Select(i => $"acme/{i:D6}")];

        for (var round = 1; round <= 2; round++)
            await store.SaveAsync(Actors([.. keys.Select(key => Shipment(key, $"{key} round {round}", s_noon))]), s_none);

        var loaded = await store.LoadAsync(ActorKind.Shipment, keys, s_none);
        Assert.Equal(keys.Length, loaded.Count);
        Assert.All(loaded, actor => Assert.Equal($"{actor.Key} round 2", Text(actor.State)));
        Assert.Equal(500, (await store.DueAsync(s_noon, null, 500, s_none)).Count);
    }

    [Fact]
    public async Task Loads_during_saves_see_whole_checkpoints_only()
    {
        await using var store = await OpenAsync();
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"acme/{i}")];
        Task Save(int round) => store.SaveAsync(Actors([.. keys.Select(key => Shipment(key, $"{round}"))]), s_none);
        await Save(0);

        using var saved = new CancellationTokenSource();
        async Task<int> LoadUntilSaved()
        {
            var newest = 0;
            while (!saved.IsCancellationRequested)
            {
                var rounds = (await store.LoadAsync(ActorKind.Shipment, keys, s_none)).Select(actor => Text(actor.State)).Distinct();
                var round = int.Parse(Assert.Single(rounds));
                Assert.True(round >= newest, $"Round {round} was seen after round {newest}.");
                newest = round;
            }
            return newest;
        }
        var loads = Enumerable.Range(0, 8).Select(_ => Task.Run(LoadUntilSaved)).ToArray();
        for (var round = 1; round <= 30; round++)
            await Save(round);
        saved.Cancel();
        await Task.WhenAll(loads);
    }

    [Fact]
    public async Task Saves_at_the_same_time_take_turns()
    {
        await using var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => store.SaveAsync(Actors(Shipment($"acme/{i}", $"{i}"), Shipment("acme/SHARED", $"{i}")), s_none)));
        Assert.Equal(41, (await store.LoadAsync(ActorKind.Shipment, [.. Enumerable.Range(0, 40).Select(i => $"acme/{i}"), "acme/SHARED"], s_none)).Count);
    }

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
