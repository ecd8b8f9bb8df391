using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>The vehicles of one shard.</summary>
sealed class VehicleHost(ShardContext shard) : ActorHost<VehicleActor>(ActorKind.Vehicle, shard, shard.Parts.DirtyVehicles)
{
    // Vehicles with watched stops that have moved since the last tick.
    readonly HashSet<Slot<VehicleActor>> _moved = [];

    // Those that all vehicles in memory know.
    GeofenceIndex _fences = GeofenceIndex.Empty;

    // Means nothing: what is read must be used, or it is not read.
    long _warmth;

    public void HearWatch(VehicleId vehicle, ShipmentId shipment, DateTimeOffset until, DateTimeOffset now)
    {
        if (!Table.TryGet(vehicle.Value, out var slot))
            return;
        slot.Actor.HearWatch(shipment, until, Parts.Knowledge.Current, now, Effects);
        Carry(slot, now);
    }

    public void HearConfirmation(VehicleId vehicle, ShipmentId shipment, LogStamp stamp, DateTimeOffset now)
    {
        if (!Table.TryGet(vehicle.Value, out var slot))
            return;
        slot.Actor.HearConfirmation(shipment, stamp, Effects);
        Carry(slot, now);
    }

    public override void Tick(DateTimeOffset now, long timestamp)
    {
        base.Tick(now, timestamp);
        if (!ReferenceEquals(_fences, Parts.Knowledge.Current.Fences))
            Refence(Parts.Knowledge.Current, now);
        foreach (var slot in _moved)
        {
            slot.Actor.TellWatched(Parts.Knowledge.Current, now, Effects);
            Carry(slot, now);
        }
        _moved.Clear();
    }

    // Fences have changed: vehicles that do not move hear of it, too. Those that are not in memory do when they come back.
    void Refence(Knowledge knowledge, DateTimeOffset now)
    {
        _fences = knowledge.Fences;
        foreach (var slot in Table.Slots)
        {
            slot.Actor.Refence(knowledge, now, Effects);
            if (Effects.ViewChanged && Parts.Sink.FleetIsWatched && slot.Actor.TryView(out var view))
                Parts.Sink.Publish(view);
            Carry(slot, now);
        }
    }

    public void AddViews(List<VehicleView> views)
    {
        foreach (var slot in Table.Slots)
        {
            if (slot.Actor.TryView(out var view))
                views.Add(view);
        }
    }

    /// <summary>It has to be in memory, or known to be unknown.</summary>
    public VehicleRoute? RouteOf(VehicleId id) => Table.TryGet(id.Value, out var slot) ? slot.Actor.DescribeRoute() : null;

    /// <summary>Copies what has changed, for a checkpoint to write.</summary>
    public List<CopiedVehicle> Copy(DateTimeOffset now)
    {
        var copies = new List<CopiedVehicle>();
        foreach (var slot in TakeDirty())
            copies.Add(new CopiedVehicle(slot, VehicleEncoding.Write(slot.Actor), slot.Actor.WakeAt(now), slot.Actor.TakeChangedManifest()));
        return copies;
    }

    public static void Saved(List<CopiedVehicle> copies)
    {
        foreach (var copy in copies)
            copy.Slot.Saving = false;
    }

    public void NotSaved(List<CopiedVehicle> copies)
    {
        foreach (var copy in copies)
        {
            copy.Slot.Saving = false;
            if (copy.ChangedManifest is not null)
                copy.Slot.Actor.PutBackChangedManifest();
            if (!copy.Slot.HasLeft)
                MarkDirty(copy.Slot);
        }
    }

    // Step by step along the references, so that each step waits once for all of them.
    protected override void Warm(ReadOnlySpan<Slot<VehicleActor>?> slots)
    {
        for (var step = 0; step < VehicleActor.WarmSteps; step++)
        {
            foreach (var slot in slots)
                _warmth += slot?.Actor.Warm(step) ?? 0;
        }
    }

    protected override VehicleActor Create(string key)
    {
        Counters.Vehicles++;
        return new VehicleActor(VehicleId.Parse(key));
    }

    protected override VehicleActor Restore(in ActorSnapshot snapshot)
    {
        Counters.Vehicles++;
        return VehicleEncoding.Read(VehicleId.Parse(snapshot.Key), snapshot.State.Span, snapshot.Cold is { } cold ? cold.Span : default);
    }

    protected override AppliedPositions AppliedOf(VehicleActor actor) => actor.Applied;

    protected override void Apply(Slot<VehicleActor> slot, in Report report, OpenedPartition partition, DateTimeOffset now)
    {
        var verdict = slot.Actor.Apply(report, partition, Parts.Knowledge.Current, now, Effects);
        if (report.Kind != ReportKind.Position)
            return;
        Counters.Verdicts[(int)verdict]++;
        if (slot.Actor.HasWatchedStops)
            _moved.Add(slot);
        if (Parts.Sink.FleetIsWatched && verdict == FixVerdict.Accepted && slot.Actor.TryView(out var view))
            Parts.Sink.Publish(view);
    }

    protected override void OnTimer(Slot<VehicleActor> slot, DateTimeOffset now)
    {
        slot.Actor.OnTimer(Parts.Knowledge.Current, now, Effects);
        Timers.Schedule(slot, slot.Actor.NextDueAt());
        if (Effects.ViewChanged && Parts.Sink.FleetIsWatched && slot.Actor.TryView(out var view))
            Parts.Sink.Publish(view);
    }

    protected override DateTimeOffset? NextDueAt(VehicleActor actor, DateTimeOffset now) => actor.NextDueAt();

    protected override void Loaded(Slot<VehicleActor> slot, DateTimeOffset now)
    {
        slot.Actor.Refence(Parts.Knowledge.Current, now, Effects);
        slot.Actor.TellUnconfirmedAgain(Parts.Knowledge.Current, now, Effects);
    }

    protected override bool MayLeave(Slot<VehicleActor> slot, DateTimeOffset now) => !slot.Actor.HasWatchedStops && !slot.Actor.HasUnconfirmed;

    // A vehicle changes in place, for the sake of speed.
    protected override bool FailureMayHaveChangedIt => true;

    protected override void Carry(Slot<VehicleActor> slot, DateTimeOffset now)
    {
        foreach (var happened in Effects.FenceEvents)
        {
            Counters.FenceEvents[(int)happened.Kind] += happened.IsRetraction ? 0 : 1;
            Counters.FenceRetractions += happened.IsRetraction ? 1 : 0;
            Parts.FenceLog.Append(slot.Actor.Id, happened, Parts.Knowledge.Current.Fences.Find(happened.FenceId));
        }
        Counters.StopsDone += Effects.StopsDone;
        if (Effects.Scores.Count + Effects.Legs.Count > 0)
            Learn();
        base.Carry(slot, now);
    }

    void Learn()
    {
        foreach (var score in Effects.Scores)
        {
            Counters.ArrivalsScored++;
            if (score.InWindow)
                Counters.ArrivalsInWindow++;
            Parts.Learner.Add(score);
        }
        foreach (var leg in Effects.Legs)
            Parts.Learner.Add(leg);
    }

    protected override void Left(Slot<VehicleActor> slot)
    {
        _moved.Remove(slot);
        Counters.Vehicles--;
    }
}

/// <summary>A changed vehicle as a checkpoint writes it.</summary>
sealed record CopiedVehicle(Slot<VehicleActor> Slot, byte[] State, DateTimeOffset? WakeAt, Manifest? ChangedManifest);
