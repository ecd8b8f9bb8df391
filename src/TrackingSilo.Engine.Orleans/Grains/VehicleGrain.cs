using Orleans.Placement;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.Engine.Orleans.Grains;

/// <summary>A shell around one <see cref="VehicleActor"/>.</summary>
[PreferLocalPlacement]
sealed class VehicleGrain(SiloParts parts, [PersistentState("vehicle", OrleansEngineServices.Storage)] IPersistentState<GrainBytes> stored)
    : ActorGrain<VehicleActor>(ActorKind.Vehicle, parts, stored), IVehicleGrain
{
    // As bytes, since a manifest seldom changes.
    ReadOnlyMemory<byte> _manifest;
    Manifest? _changedManifest;
    bool _moved;

    public Task HearAsync(byte[] words)
    {
        Used();
        var now = Now;
        var heard = Wire.Read(words, WireJson.Default.ShipmentWords);
        foreach (var watch in heard.Watches)
        {
            Actor.HearWatch(watch.Shipment, watch.Until, Parts.Knowledge.Current, now, Effects);
            Carry(now);
        }
        foreach (var confirmation in heard.Confirmations)
        {
            Actor.HearConfirmation(confirmation.Shipment, confirmation.Stamp, Effects);
            Carry(now);
        }
        return Task.CompletedTask;
    }

    public Task<byte[]> RouteAsync() => Task.FromResult(Actor.DescribeRoute() is { } route ? Wire.Write(route, WireJson.Default.VehicleRoute) : []);

    protected override VehicleActor Create()
    {
        _manifest = default;
        return new VehicleActor(VehicleId.Parse(Key));
    }

    protected override VehicleActor Read(in StoredActor stored)
    {
        _manifest = stored.Cold;
        return VehicleEncoding.Read(VehicleId.Parse(Key), stored.State.Span, stored.Cold.Span);
    }

    protected override StoredActor? Write(DateTimeOffset now)
    {
        _changedManifest = Actor.TakeChangedManifest();
        if (_changedManifest is { } manifest)
            _manifest = VehicleEncoding.WriteManifest(manifest);
        return new StoredActor(Actor.WakeAt(now), VehicleEncoding.Write(Actor), _manifest);
    }

    protected override AppliedPositions AppliedOf(VehicleActor actor) => actor.Applied;

    protected override void Apply(in Report report, OpenedPartition partition, DateTimeOffset now)
    {
        var verdict = Actor.Apply(report, partition, Parts.Knowledge.Current, now, Effects);
        if (report.Kind != ReportKind.Position)
            return;
        Interlocked.Increment(ref Counters.Verdicts[(int)verdict]);
        if (Actor.HasWatchedStops && !_moved)
        {
            _moved = true;
            Parts.Residents.WantTick(Resident);
        }
    }

    protected override void OnTimer(DateTimeOffset now) => Actor.OnTimer(Parts.Knowledge.Current, now, Effects);

    protected override DateTimeOffset? NextDueAt(DateTimeOffset now) => Actor.NextDueAt();

    protected override void Loaded(DateTimeOffset now)
    {
        Actor.Refence(Parts.Knowledge.Current, now, Effects);
        PublishToFleet();
        Actor.TellUnconfirmedAgain(Parts.Knowledge.Current, now, Effects);
    }

    protected override void BecameCurrent(DateTimeOffset now)
    {
    }

    protected override void Ticked(DateTimeOffset now)
    {
        if (!_moved)
            return;
        _moved = false;
        Actor.TellWatched(Parts.Knowledge.Current, now, Effects);
        Carry(now);
    }

    protected override bool MayLeave(DateTimeOffset now) => !Actor.HasWatchedStops && !Actor.HasUnconfirmed;

    // A vehicle changes in place, for the sake of speed.
    protected override bool FailureMayHaveChangedIt => true;

    protected override void Saved(DateTimeOffset now) => _changedManifest = null;

    protected override void NotSaved()
    {
        if (_changedManifest is not null)
            Actor.PutBackChangedManifest();
    }

    protected override void Left() => Parts.Fleet.Leave(VehicleId.Parse(Key));

    protected override void Carry(DateTimeOffset now)
    {
        foreach (var happened in Effects.FenceEvents)
        {
            if (happened.IsRetraction)
                Interlocked.Increment(ref Counters.FenceRetractions);
            else
                Interlocked.Increment(ref Counters.FenceEvents[(int)happened.Kind]);
            Parts.FenceLog.Append(Actor.Id, happened, Parts.Knowledge.Current.Fences.Find(happened.FenceId));
        }
        Interlocked.Add(ref Counters.StopsDone, Effects.StopsDone);
        foreach (var score in Effects.Scores)
        {
            Interlocked.Increment(ref Counters.ArrivalsScored);
            if (score.InWindow)
                Interlocked.Increment(ref Counters.ArrivalsInWindow);
            Parts.Learner.Add(score);
        }
        foreach (var leg in Effects.Legs)
            Parts.Learner.Add(leg);
        if (Effects.ViewChanged)
            PublishToFleet();
        base.Carry(now);
    }

    void PublishToFleet()
    {
        if (Actor.TryView(out var view))
            Parts.Fleet.Publish(view);
    }
}
