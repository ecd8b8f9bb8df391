using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Tests;

/// <summary>What every host of the actors has to keep. One class under it for each host.</summary>
public abstract class EngineContract : IDisposable
{
    protected static readonly ShipmentId Parcel = ShipmentId.Parse("acme/P1");
    protected static readonly ShipmentId Other = ShipmentId.Parse("acme/P2");
    protected static readonly VehicleId Van = VehicleId.Parse("acme/VAN1");
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    protected EngineWorld World { get; } = new();

    protected LogWriter Log { get; private set; } = new();

    /// <summary>Starts an engine on the store of <paramref name="world"/>, whatever an earlier one left there.</summary>
    protected abstract Task<EngineHost> StartAsync(EngineWorld world);

    public virtual void Dispose()
    {
        World.Dispose();
        GC.SuppressFinalize(this);
    }

    // Reports and views

    [Fact]
    public async Task A_scan_is_seen_by_whoever_follows()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        var answer = await FollowAsync(host, Parcel);
        Assert.Equal(FollowResult.View, answer.Result);
        Assert.Equal(ShipmentStatus.OutForDelivery, answer.View!.View.Status);
        Assert.Null(answer.View.AsOf);
    }

    [Fact]
    public async Task A_shipment_that_nobody_has_reported_is_unknown()
    {
        await using var host = await LiveAsync();
        Assert.Equal(FollowResult.Unknown, (await FollowAsync(host, Parcel)).Result);
    }

    [Fact]
    public async Task Whoever_has_the_newest_version_hears_that_there_is_nothing_newer()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        var first = await FollowAsync(host, Parcel);
        var second = await host.Engine.FollowAsync(Parcel, first.View!.Version, Viewer.Recipient, null, default);
        Assert.Equal(FollowResult.NothingNewer, second.Result);
    }

    [Fact]
    public async Task A_watched_shipment_is_published_with_each_change_and_an_unwatched_one_never()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now), Log.Scan(Other, ScanEvent.PickedUp, World.Now));
        await WatchAsync(host, Parcel);
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute), Log.Scan(Other, ScanEvent.OutForDelivery, World.Now + Minute));
        var published = Assert.Single(World.Sink.Views);
        Assert.Equal(Parcel, published.Id);
        Assert.Equal(ShipmentStatus.OutForDelivery, published.View.Status);
    }

    [Fact]
    public async Task A_watch_ends_with_its_lease()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await WatchAsync(host, Parcel);
        World.Clock.Advance(Limits.WatchLease + TimeSpan.FromSeconds(1));
        await host.SettleAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        Assert.Empty(World.Sink.Views);
    }

    // Applied once

    [Fact]
    public async Task What_is_delivered_again_changes_nothing()
    {
        await using var host = await LiveAsync();
        var scan = Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now);
        await DeliverAsync(host, scan);
        var before = await FollowAsync(host, Parcel);
        await DeliverAsync(host, scan);
        var after = await FollowAsync(host, Parcel);
        Assert.Equal(before.View!.Version, after.View!.Version);
        Assert.Equal(1, host.Engine.Statistics.Applied[ReportKind.Scan]);
        Assert.Equal(1, host.Engine.Statistics.Replayed);
    }

    [Fact]
    public async Task Positions_of_two_partitions_are_remembered_apart()
    {
        await using var host = await LiveAsync();
        // Both have offset 0.
        await DeliverAsync(host, Log.Register(Parcel, World.Now), Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        Assert.Equal(0, host.Engine.Statistics.Replayed);
        Assert.Equal(ShipmentStatus.InTransit, (await FollowAsync(host, Parcel)).View!.View.Status);
    }

    [Fact]
    public async Task After_a_crash_the_log_is_read_from_the_durable_position_and_nothing_counts_twice()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.Engine.FlushAsync(default);
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute));
        Assert.Equal(0, host.Engine.DurablePositions[Log.IdOf(ReportKind.Scan)]);
        await host.CrashAsync();

        await using var next = await LiveAsync();
        Assert.Equal(1, next.Engine.Statistics.Applied[ReportKind.Scan]);
        var view = (await FollowAsync(next, Parcel)).View!.View;
        Assert.Equal(ShipmentStatus.OutForDelivery, view.Status);
        Assert.Equal(2, view.Timeline.Length);
    }

    [Fact]
    public async Task A_replay_from_the_very_start_of_the_log_changes_nothing()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Register(Parcel, World.Now), Log.Scan(Parcel, ScanEvent.PickedUp, World.Now), Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute));
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();

        await using var next = await LiveAsync();
        await Log.DeliverAsync(next.Engine, ReportKind.Registration, 0);
        await Log.DeliverAsync(next.Engine, ReportKind.Scan, 0);
        Assert.Equal(0, next.Engine.Statistics.Applied.Values.Sum());
        Assert.Equal(3, next.Engine.Statistics.Replayed);
    }

    [Fact]
    public async Task Nothing_is_durable_before_it_was_advanced_past()
    {
        await using var host = await LiveAsync();
        var scan = Log.Scan(Parcel, ScanEvent.PickedUp, World.Now);
        await host.Engine.DeliverAsync(Log.IdOf(ReportKind.Scan), new[] { scan }, default);
        await host.Engine.FlushAsync(default);
        Assert.Equal(-1, host.Engine.DurablePositions[Log.IdOf(ReportKind.Scan)]);
        host.Engine.Advance(Log.IdOf(ReportKind.Scan), scan.Offset);
        await host.Engine.FlushAsync(default);
        Assert.Equal(scan.Offset, host.Engine.DurablePositions[Log.IdOf(ReportKind.Scan)]);
    }

    [Fact]
    public async Task Checkpoints_are_made_without_being_asked_for()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        World.Clock.Advance(Limits.CheckpointInterval + Limits.Tick);
        await host.SettleAsync();
        Assert.Equal(0, host.Engine.DurablePositions[Log.IdOf(ReportKind.Scan)]);
    }

    [Fact]
    public async Task A_new_log_begins_new_positions_and_doubles_are_caught_by_their_identity()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now, "e1"), Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute, "e2"));
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();

        Log = new LogWriter("log-2");
        await using var next = await LiveAsync();
        Assert.Equal(2, Log[ReportKind.Scan].Generation);
        Assert.Equal(-1, Log[ReportKind.Scan].DurableOffset);
        await DeliverAsync(next, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now, "e1"), Log.Scan(Parcel, ScanEvent.Delivered, World.Now + (2 * Minute), "e3"));
        var view = (await FollowAsync(next, Parcel)).View!.View;
        Assert.Equal(["e1", "e2", "e3"], view.Timeline.Select(scan => scan.Id));
        Assert.Equal(ShipmentStatus.Delivered, view.Status);
    }

    // Gaps

    [Fact]
    public async Task An_actor_that_was_lost_from_memory_notices_the_gap_and_gets_all_again()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.DropAsync(ActorKind.Shipment, Parcel.Value);
        var next = Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute);

        Assert.True((await Log.DeliverAsync(host.Engine, next)).Gap);
        await host.Engine.FlushAsync(default);
        Assert.Equal(-1, host.Engine.DurablePositions[Log.IdOf(ReportKind.Scan)]);

        Assert.False((await Log.DeliverAsync(host.Engine, ReportKind.Scan, from: 0)).Gap);
        Assert.Equal(2, (await FollowAsync(host, Parcel)).View!.View.Timeline.Length);
        await host.Engine.FlushAsync(default);
        Assert.Equal(1, host.Engine.DurablePositions[Log.IdOf(ReportKind.Scan)]);
    }

    [Fact]
    public async Task A_gap_of_one_actor_leaves_the_others_of_the_batch_alone()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.DropAsync(ActorKind.Shipment, Parcel.Value);
        Log.Scan(Other, ScanEvent.PickedUp, World.Now);
        Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now);
        Assert.True((await Log.DeliverAsync(host.Engine, ReportKind.Scan, from: 1)).Gap);
        Assert.Equal(ShipmentStatus.InTransit, (await FollowAsync(host, Other)).View!.View.Status);
    }

    [Fact]
    public async Task An_actor_whose_state_is_durable_may_be_lost_without_a_gap()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.Engine.FlushAsync(default);
        await host.DropAsync(ActorKind.Shipment, Parcel.Value);
        Assert.False((await Log.DeliverAsync(host.Engine, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute))).Gap);
        Assert.Equal(2, (await FollowAsync(host, Parcel)).View!.View.Timeline.Length);
    }

    [Fact]
    public async Task A_vehicle_that_was_lost_from_memory_notices_the_gap()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Position(Van, Along(0), World.Now));
        await host.DropAsync(ActorKind.Vehicle, Van.Value);
        Assert.True((await Log.DeliverAsync(host.Engine, Log.Position(Van, Along(1), World.Now + Minute))).Gap);
        Assert.False((await Log.DeliverAsync(host.Engine, ReportKind.Position, from: 0)).Gap);
        Assert.Equal(2, host.Engine.Statistics.Verdicts[FixVerdict.Accepted] - 1);
    }

    // Versions

    [Fact]
    public async Task No_version_is_used_twice_not_even_after_a_crash()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        var first = (await FollowAsync(host, Parcel)).View!.Version;
        await host.CrashAsync();
        await using var next = await LiveAsync();
        var second = (await FollowAsync(next, Parcel)).View!.Version;
        Assert.True(second.Run > first.Run);
        Assert.True(second.Supersedes(first));
    }

    [Fact]
    public async Task A_dropped_actor_does_not_use_a_version_again()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.Engine.FlushAsync(default);
        var before = (await FollowAsync(host, Parcel)).View!.Version;
        await host.DropAsync(ActorKind.Shipment, Parcel.Value);
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute));
        var after = (await FollowAsync(host, Parcel)).View!.Version;
        Assert.True(after.Supersedes(before));
    }

    [Fact]
    public async Task Until_input_is_live_nothing_is_published_and_a_page_keeps_what_it_has()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.Engine.FlushAsync(default);
        var have = (await FollowAsync(host, Parcel)).View!.Version;
        await host.CrashAsync();
        World.Clock.Advance(Minute);

        await using var next = await StartAsync(World);
        await Log.OpenAsync(next.Engine);
        var stored = await WatchAsync(next, Parcel);
        Assert.Equal(World.Now - Minute, stored.View!.AsOf);
        Assert.Equal(FollowResult.NothingNewer, (await next.Engine.FollowAsync(Parcel, have, Viewer.Recipient, null, default)).Result);
        await DeliverAsync(next, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        Assert.Empty(World.Sink.Views);

        next.Engine.SetInput(InputState.Live);
        await next.SettleAsync();
        var published = Assert.Single(World.Sink.Views);
        Assert.Null(published.AsOf);
        Assert.Equal(ShipmentStatus.OutForDelivery, published.View.Status);
        Assert.True(published.Version.Supersedes(stored.View.Version));
    }

    [Fact]
    public async Task Until_input_is_live_a_shipment_that_is_not_known_may_yet_come_and_is_published_then()
    {
        await using var host = await StartAsync(World);
        await Log.OpenAsync(host.Engine);
        Assert.Equal(FollowResult.NotYet, (await WatchAsync(host, Parcel)).Result);
        Assert.Equal(FollowResult.NotYet, (await WatchAsync(host, Other)).Result);
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        Assert.Empty(World.Sink.Views);

        host.Engine.SetInput(InputState.Live);
        await host.SettleAsync();
        Assert.Equal(Parcel, Assert.Single(World.Sink.Views).Id);
        Assert.Equal(FollowResult.Unknown, (await FollowAsync(host, Other)).Result);
    }

    // What actors tell each other

    [Fact]
    public async Task A_vehicle_tells_its_shipments_how_far_it_is()
    {
        await using var host = await OnTourAsync();
        await WatchAsync(host, Parcel);
        await host.SettleAsync();
        Assert.Equal(4, (await FollowAsync(host, Parcel)).View!.View.StopsAway);
        await DriveAsync(host, from: 1, to: 30);
        var view = (await FollowAsync(host, Parcel)).View!.View;
        Assert.True(view.StopsAway < 4, $"{view.StopsAway} stops away");
        Assert.NotNull(view.Arrival);
        Assert.NotNull(view.VehiclePlace);
        Assert.True(view.Arrival.Value.High >= World.Now);
    }

    [Fact]
    public async Task A_shipment_that_another_manifest_drops_is_told_so()
    {
        await using var host = await OnTourAsync();
        await DeliverAsync(host, Log.Manifest(Van, World.Now, 2, Stops()[..3]));
        await host.SettleAsync();
        var view = (await FollowAsync(host, Parcel)).View!.View;
        Assert.Null(view.StopsAway);
        Assert.Null(view.Arrival);
    }

    [Fact]
    public async Task Tells_survive_a_crash_of_their_receiver()
    {
        var host = await OnTourAsync();
        // The vehicle is durable; what it told is not: the shipments were not saved since.
        await host.SettleAsync();
        await host.DropAsync(ActorKind.Shipment, Parcel.Value);
        await host.CrashAsync();

        await using var next = await LiveAsync();
        await next.SettleAsync();
        Assert.Equal(4, (await FollowAsync(next, Parcel)).View!.View.StopsAway);
    }

    [Fact]
    public async Task A_teller_that_was_not_confirmed_tells_again_after_a_start_without_any_input()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Manifest(Van, World.Now, 1, Stops()), Log.Position(Van, Along(-0.5), World.Now));
        await host.Engine.FlushAsync(default);           // the vehicle is saved; the confirmations that follow are not
        await host.CrashAsync();

        await using var next = await StartAsync(World);
        await Log.OpenAsync(next.Engine);
        next.Engine.SetInput(InputState.Live);
        await next.SettleAsync();
        Assert.True(next.Engine.Statistics.Tells > 0);
        await next.Engine.FlushAsync(default);
        await next.SettleAsync();
        Assert.True(next.Engine.Statistics.TellsConfirmed > 0);
        await next.Engine.FlushAsync(default);
        await next.CrashAsync();

        await using var last = await StartAsync(World);
        await Log.OpenAsync(last.Engine);
        last.Engine.SetInput(InputState.Live);
        await last.SettleAsync();
        Assert.Equal(0, last.Engine.Statistics.Tells);
    }

    [Fact]
    public async Task A_manifest_survives_checkpoints_in_which_it_has_not_changed()
    {
        var host = await OnTourAsync();
        await host.Engine.FlushAsync(default);
        await DriveAsync(host, from: 1, to: 3);
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();

        await using var next = await LiveAsync();
        await DriveAsync(next, from: 4, to: 5);
        Assert.Equal(5, Assert.Single(await next.Engine.FleetAsync(default)).StopsTotal);
    }

    [Fact]
    public async Task A_late_fix_never_moves_a_vehicle_back()
    {
        await using var host = await OnTourAsync();
        await DriveAsync(host, from: 1, to: 20);
        var before = (await FollowAsync(host, Parcel)).View!.View;
        await DeliverAsync(host, Log.Position(Van, Along(0.9), World.Now - TimeSpan.FromSeconds(65)));
        await host.SettleAsync();
        var after = (await FollowAsync(host, Parcel)).View!.View;
        Assert.Equal(1, host.Engine.Statistics.Verdicts[FixVerdict.Late]);
        Assert.Equal(before.StopsAway, after.StopsAway);
        Assert.Equal(before.VehiclePlace, after.VehiclePlace);
    }

    [Fact]
    public async Task A_vehicle_of_another_carrier_has_no_say()
    {
        await using var host = await LiveAsync();
        var rival = VehicleId.Parse("rival/VAN9");
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now), Log.Manifest(rival, World.Now, 1, Stops()), Log.Position(rival, Along(0), World.Now));
        await host.SettleAsync();
        Assert.Null((await FollowAsync(host, Parcel)).View!.View.StopsAway);
    }

    // Time

    [Fact]
    public async Task A_sleeping_shipment_wakes_when_its_promise_has_passed()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Register(Parcel, World.Now, new Promise(null, World.Now + TimeSpan.FromHours(1))), Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();
        World.Clock.Advance(TimeSpan.FromHours(2));

        await using var next = await StartAsync(World);
        await Log.OpenAsync(next.Engine);
        next.Engine.SetInput(InputState.Live);
        await next.SettleAsync();
        Assert.Equal(1, next.Engine.Statistics.ActorsWoken);
        Assert.Equal(1, next.Engine.Statistics.Milestones[MilestoneKind.Late]);
        Assert.Equal(Punctuality.Late, (await FollowAsync(next, Parcel)).View!.View.Punctuality);
    }

    [Fact]
    public async Task A_promise_that_had_passed_when_it_was_registered_is_late_at_once()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Register(Parcel, World.Now, new Promise(null, World.Now - Minute)), Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        await host.SettleAsync();
        Assert.Equal(1, host.Engine.Statistics.Milestones[MilestoneKind.Late]);
    }

    [Fact]
    public async Task An_idle_actor_leaves_memory_and_comes_back_with_its_next_message()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.Information, World.Now));
        await host.Engine.FlushAsync(default);
        World.Clock.Advance(Limits.IdleBeforePassivation + Minute);
        await host.SettleAsync();
        Assert.Equal(1, host.Engine.Statistics.ActorsPassivated);

        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.Information, World.Now));
        Assert.Equal(1, host.Engine.Statistics.ActorsLoaded);
        Assert.Equal(2, (await FollowAsync(host, Parcel)).View!.View.Timeline.Length);
    }

    [Fact]
    public async Task A_finished_shipment_leaves_the_store_after_its_time()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.Delivered, World.Now));
        await host.Engine.FlushAsync(default);
        await host.Engine.ConfirmSentAsync(Parcel, [.. World.Outbox.Entries.Select(sent => sent.Entry.Key)], default);
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();
        World.Clock.Advance(ShipmentTimes.KeptAfterEnd + Minute);

        await using var next = await LiveAsync();
        await next.Engine.FlushAsync(default);
        Assert.Equal(1, next.Engine.Statistics.ActorsWoken);
        Assert.Equal(FollowResult.Unknown, (await FollowAsync(next, Parcel)).Result);
    }

    [Theory]
    [InlineData(InputState.CatchingUp)]
    [InlineData(InputState.Unreadable)]
    public async Task No_alarm_of_silence_fires_while_nobody_knows_whether_there_is_silence(InputState state)
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now));
        host.Engine.SetInput(state);
        World.Clock.Advance(ShipmentTimes.StalledAfter + Minute);
        await host.SettleAsync();
        Assert.Equal(0, host.Engine.Statistics.Milestones[MilestoneKind.Stalled]);

        host.Engine.SetInput(InputState.Live);
        await host.SettleAsync();
        Assert.Equal(1, host.Engine.Statistics.Milestones[MilestoneKind.Stalled]);
    }

    [Fact]
    public async Task A_vehicle_that_falls_silent_says_so_without_any_input()
    {
        await using var host = await OnTourAsync();
        await WatchAsync(host, Parcel);
        await host.SettleAsync();
        World.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.SettleAsync();
        Assert.True((await FollowAsync(host, Parcel)).View!.View.VehicleSilent);
    }

    [Fact]
    public async Task When_the_clock_steps_back_reports_are_applied_pages_go_on_and_nothing_is_announced_twice()
    {
        await using var host = await OnTourAsync();
        await WatchAsync(host, Parcel);
        await host.Engine.FlushAsync(default);
        var later = World.Now + Minute;

        World.Clock.AdjustTime(World.Now - TimeSpan.FromHours(1)); // this machine's clock; carriers' and brokers' go on
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.Information, later), Log.Position(Van, Along(0.5), later));
        await host.SettleAsync();
        await host.Engine.FlushAsync(default);

        var shown = World.Sink.Views.Where(view => view.Id == Parcel).ToList();
        Assert.Equal(2, shown[^1].View.Timeline.Length);
        Assert.All(shown.Zip(shown.Skip(1)), pair => Assert.True(pair.Second.Version.Supersedes(pair.First.Version)));
        Assert.False((await FollowAsync(host, Parcel)).View!.View.VehicleSilent);
        Assert.Equal(World.Outbox.Entries.Select(sent => sent.Entry.Key).Distinct(), World.Outbox.Entries.Select(sent => sent.Entry.Key));
        Assert.Equal(1, host.Engine.Statistics.Applied[ReportKind.Position] - 1);
    }

    // Fences

    [Fact]
    public async Task A_stay_at_a_fence_is_told_without_any_input()
    {
        World.Fences = Yard();
        await using var host = await LiveAsync();
        await ArriveAsync(host);
        Assert.Equal([FenceEventKind.Entered], World.FenceLog.Events.Select(entry => entry.Event.Kind));
        World.Clock.Advance(TimeSpan.FromMinutes(11));
        await host.SettleAsync();
        Assert.Equal([FenceEventKind.Entered, FenceEventKind.Dwelled], World.FenceLog.Events.Select(entry => entry.Event.Kind));
    }

    [Fact]
    public async Task What_happened_at_a_fence_is_written_before_it_counts_as_done_and_comes_again_under_the_same_id_after_a_crash()
    {
        World.Fences = Yard();
        var host = await LiveAsync();
        await ArriveAsync(host);
        World.FenceLog.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(async () => await host.Engine.FlushAsync(default));
        await host.CrashAsync();

        World.FenceLog.IsAway = false;
        await using var next = await LiveAsync();
        await Log.ReplayAsync(next.Engine);
        await next.Engine.FlushAsync(default);
        Assert.Equal(2, World.FenceLog.Events.Count);
        Assert.Single(World.FenceLog.Events.Select(entry => entry.Event.IdFor(entry.Vehicle)).Distinct());
    }

    [Fact]
    public async Task A_vehicle_that_comes_back_from_the_store_knows_in_which_fence_it_is()
    {
        World.Fences = Yard();
        var host = await LiveAsync();
        await ArriveAsync(host);
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();

        await using var next = await LiveAsync();
        await DeliverAsync(next, Log.Position(Van, Along(0), World.Now.AddSeconds(10)));
        Assert.Equal("Yard", Assert.Single(await next.Engine.FleetAsync(default)).Fence);
        Assert.Single(World.FenceLog.Events);
    }

    static GeofenceIndex Yard() => GeofenceIndex.Build([Geofence.FromCircle("yard", "Yard", GeofenceKind.Depot, Along(0), 150)]);

    async Task ArriveAsync(EngineHost host)
    {
        foreach (var kilometres in new[] { -0.4, -0.3, -0.1, 0 })
        {
            World.Clock.Advance(TimeSpan.FromSeconds(10));
            await DeliverAsync(host, Log.Position(Van, Along(kilometres), World.Now));
        }
    }

    // Milestones and the outbox

    [Fact]
    public async Task An_outbox_entry_is_handed_over_only_when_it_is_durable()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        Assert.Empty(World.Outbox.Entries);
        await host.Engine.FlushAsync(default);
        var (shipment, entry) = Assert.Single(World.Outbox.Entries);
        Assert.Equal(Parcel, shipment);
        Assert.Equal(MilestoneKind.OutForDelivery, entry.Milestone);
    }

    [Fact]
    public async Task A_milestone_is_handed_over_under_one_key_until_it_is_confirmed_and_then_never_again()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        await host.Engine.FlushAsync(default);
        await host.CrashAsync();

        await using (var next = await LiveAsync())
        {
            await next.SettleAsync();
            Assert.Equal(2, World.Outbox.Entries.Count);
            var key = Assert.Single(World.Outbox.Entries.Select(sent => sent.Entry.Key).Distinct());
            await next.Engine.ConfirmSentAsync(Parcel, [key], default);
            await next.Engine.FlushAsync(default);
            await next.CrashAsync();
        }

        await using var last = await LiveAsync();
        await last.SettleAsync();
        Assert.Equal(FollowResult.View, (await FollowAsync(last, Parcel)).Result);
        Assert.Equal(2, World.Outbox.Entries.Count);
    }

    [Fact]
    public async Task Entries_that_found_no_room_are_handed_over_later()
    {
        await using var host = await LiveAsync();
        World.Outbox.IsFull = true;
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        await host.Engine.FlushAsync(default);
        World.Outbox.IsFull = false;
        World.Clock.Advance(Limits.OutboxRetry + Limits.Tick);
        await host.SettleAsync();
        Assert.Single(World.Outbox.Entries);
    }

    [Fact]
    public async Task A_replay_decides_no_milestone_again()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        await host.CrashAsync();
        // Never saved: the replay decides it for the first time that counts.
        await using var next = await LiveAsync();
        await next.Engine.FlushAsync(default);
        await Log.DeliverAsync(next.Engine, ReportKind.Scan, 0);
        await next.Engine.FlushAsync(default);
        Assert.Single(World.Outbox.Entries);
    }

    // Failures

    [Fact]
    public async Task A_message_on_which_an_actor_fails_is_refused_and_the_rest_goes_on()
    {
        await using var host = await LiveAsync();
        Log.Scan(Parcel, ScanEvent.PickedUp, World.Now);
        var poison = Log.Write(ReportKind.Scan, Parcel.Value, World.Now, body: "no scan");
        Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now + Minute);
        var result = await Log.DeliverAsync(host.Engine, ReportKind.Scan, 0);
        var refusal = Assert.Single(result.Refusals);
        Assert.Equal((poison.Offset, RefusalReason.ActorFailed), (refusal.Offset, refusal.Reason));
        Assert.Equal(2, (await FollowAsync(host, Parcel)).View!.View.Timeline.Length);
    }

    [Fact]
    public async Task After_a_second_failure_the_messages_of_that_actor_are_parked_and_those_of_others_are_not()
    {
        await using var host = await LiveAsync();
        Log.Write(ReportKind.Scan, Parcel.Value, World.Now, body: "no scan");
        Log.Write(ReportKind.Scan, Parcel.Value, World.Now, body: "no scan");
        Log.Scan(Parcel, ScanEvent.PickedUp, World.Now);
        Log.Scan(Other, ScanEvent.PickedUp, World.Now);
        var result = await Log.DeliverAsync(host.Engine, ReportKind.Scan, 0);
        Assert.Equal([RefusalReason.ActorFailed, RefusalReason.ActorFailed, RefusalReason.Quarantined], result.Refusals.Select(refusal => refusal.Reason));
        Assert.Equal(FollowResult.View, (await FollowAsync(host, Other)).Result);
    }

    [Fact]
    public async Task A_vehicle_on_which_a_message_failed_is_as_it_was_before_once_the_log_was_read_again()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Manifest(Van, World.Now, 1, Stops()), Log.Position(Van, Along(0), World.Now));
        var poison = Log.Write(ReportKind.Manifest, Van.Value, World.Now, body: "no manifest");
        Assert.Equal(RefusalReason.ActorFailed, Assert.Single((await Log.DeliverAsync(host.Engine, poison)).Refusals).Reason);
        World.Clock.Advance(Minute);
        var next = Log.Position(Van, Along(1), World.Now);
        Assert.True((await Log.DeliverAsync(host.Engine, next)).Gap);
        await Log.DeliverAsync(host.Engine, ReportKind.Manifest, 0);
        Assert.False((await Log.DeliverAsync(host.Engine, ReportKind.Position, 0)).Gap);
        var van = Assert.Single(await host.Engine.FleetAsync(default));
        Assert.Equal((World.Now, 5), (van.SeenAt, van.StopsTotal));
    }

    // Commands

    [Fact]
    public async Task A_command_is_applied_once_by_its_id_and_revoking_links_raises_their_epoch()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now), Log.Command(Parcel, World.Now, "c1", CommandKind.RevokeLinks),
            Log.Command(Parcel, World.Now, "c1", CommandKind.RevokeLinks));
        Assert.Equal(1, (await FollowAsync(host, Parcel)).LinkEpoch);
    }

    [Fact]
    public async Task Erasing_a_recipient_survives_a_late_registration_of_before()
    {
        await using var host = await LiveAsync();
        await DeliverAsync(host, Log.Register(Parcel, World.Now, null, "shop", new Contact("email", "a@example.org")));
        await DeliverAsync(host, Log.Command(Parcel, World.Now + Minute, "c1", CommandKind.EraseRecipient));
        await DeliverAsync(host, Log.Register(Parcel, World.Now + TimeSpan.FromSeconds(1), null, "shop", new Contact("email", "a@example.org")));
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now));
        await host.Engine.FlushAsync(default);
        Assert.NotEmpty(World.Outbox.Entries);
        Assert.All(World.Outbox.Entries, sent => Assert.Equal("page", sent.Entry.Channel));
    }

    // Parts

    /// <summary>An engine whose input is live, after the replay of the log.</summary>
    protected async Task<EngineHost> LiveAsync()
    {
        var host = await StartAsync(World);
        await Log.ReplayAsync(host.Engine);
        await host.SettleAsync();
        return host;
    }

    protected async Task DeliverAsync(EngineHost host, params Report[] reports)
    {
        foreach (var report in reports)
            Assert.Empty((await Log.DeliverAsync(host.Engine, report)).Refusals);
    }

    protected static async Task<FollowAnswer> FollowAsync(EngineHost host, ShipmentId id)
        => await host.Engine.FollowAsync(id, default, Viewer.Recipient, null, default);

    protected async Task<FollowAnswer> WatchAsync(EngineHost host, ShipmentId id)
        => await host.Engine.FollowAsync(id, default, Viewer.Recipient, World.Now + Limits.WatchLease, default);

    /// <summary>A van at its first stop, with the parcel out for delivery at its fifth, one kilometre between stops.</summary>
    async Task<EngineHost> OnTourAsync()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Register(Parcel, World.Now), Log.Scan(Parcel, ScanEvent.OutForDelivery, World.Now, vehicle: Van),
            Log.Manifest(Van, World.Now, 1, Stops()), Log.Position(Van, Along(-0.5), World.Now));
        await host.SettleAsync();
        return host;
    }

    /// <summary>Drives along, 100 m in 10 s.</summary>
    async Task DriveAsync(EngineHost host, int from, int to)
    {
        for (var step = from; step <= to; step++)
        {
            World.Clock.Advance(TimeSpan.FromSeconds(10));
            await DeliverAsync(host, Log.Position(Van, Along(-0.5 + (step / 10.0)), World.Now));
        }
        await host.SettleAsync();
    }

    static ManifestStop[] Stops()
        => [.. Enumerable.Range(0, 5).Select(i => new ManifestStop { StopId = $"s{i}", Place = Along(i), ServiceSeconds = 30, Shipments = i == 4 ? [Parcel] : [] })];

    static GeoPoint Along(double kilometres) => GeoPoint.Create(52.5 + (kilometres / 111.195), 13.4);
}
