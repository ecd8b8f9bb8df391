using System.Text;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Tests;

/// <summary>What every <see cref="ITrackingStore"/> must do. Each test has a database of its own.</summary>
public abstract class StoreContract : StoreLeaseContract
{
    static readonly DateTimeOffset s_noon = new(2025, 12, 22, 12, 0, 0, TimeSpan.Zero);
    static readonly CancellationToken s_none = CancellationToken.None;

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
    public async Task All_actors_of_a_kind_come_page_by_page_in_the_order_of_their_keys()
    {
        await using var store = await OpenAsync();
        string[] keys = ["a-c/1", "acme/-", "acme/10", "acme/2", "acme/A", "acme/B"];
        await store.SaveAsync(Actors([Shipment("acme/V", "v") with { Kind = ActorKind.Vehicle }, .. keys.Reverse().Select(key => Shipment(key, key, null, key == "acme/A" ? "cold" : null))]), s_none);

        var first = await store.PageAsync(ActorKind.Shipment, "", 4, s_none);
        var second = await store.PageAsync(ActorKind.Shipment, first[^1].Key, 4, s_none);

        Assert.Equal(keys, first.Concat(second).Select(actor => actor.Key));
        Assert.Equal([.. keys], first.Concat(second).Select(actor => Text(actor.State)));
        Assert.Equal("cold", Text(second[0].Cold));
        Assert.Equal("acme/V", Assert.Single(await store.PageAsync(ActorKind.Vehicle, "", 4, s_none)).Key);
        Assert.Empty(await store.PageAsync(ActorKind.Vehicle, "acme/V", 4, s_none));
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
    public async Task Whoever_only_looks_reads_beside_the_server_that_holds_the_store()
    {
        await using var server = NewStore();
        await server.OpenAsync("server", default);
        await server.SaveAsync(new Checkpoint([new ActorSnapshot(ActorKind.Shipment, "acme/1", null, "state"u8.ToArray(), null)], [], []), default);
        await using var looker = NewStore();
        await looker.OpenToLookAsync(default);
        var seen = await looker.LoadAsync(ActorKind.Shipment, ["acme/1"], default);
        Assert.Equal("state"u8, Assert.Single(seen).State.Span);
        await Assert.ThrowsAsync<InvalidOperationException>(() => looker.SaveAsync(new Checkpoint([], [], []), default));
        await server.RenewLeaseAsync(default);
    }
}
