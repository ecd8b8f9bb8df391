using Orleans.Placement;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.Engine.Orleans.Grains;

/// <summary>A shell around one <see cref="ShipmentActor"/>.</summary>
[PreferLocalPlacement]
sealed class ShipmentGrain(SiloParts parts, [PersistentState("shipment", OrleansEngineServices.Storage)] IPersistentState<GrainBytes> stored)
    : ActorGrain<ShipmentActor>(ActorKind.Shipment, parts, stored), IShipmentGrain
{
    readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    readonly OutboxOffer _offer = new();
    Shipment? _durable;
    (VehicleId Vehicle, LogStamp Stamp)[] _heard = [];
    long _viewNumber;
    int _countedAs = -1;

    public Task HearAsync(byte[] words)
    {
        Used();
        var now = Now;
        foreach (var progress in Wire.Read(words, WireJson.Default.VehicleProgressArray))
        {
            Actor.Hear(progress, Parts.Knowledge.Current, now, Effects);
            Carry(now);
        }
        return Task.CompletedTask;
    }

    public Task<byte[]> FollowAsync(byte[] request, IWatcher watcher)
    {
        var asked = Wire.Read(request, WireJson.Default.FollowRequest);
        Used();
        return Task.FromResult(Wire.Write(Follow(asked, watcher, Now), WireJson.Default.FollowAnswer));
    }

    public Task SentAsync(byte[] outboxKeys)
    {
        var keys = Wire.Read(outboxKeys, WireJson.Default.StringArray);
        var now = Now;
        Actor.Sent(keys, now, Effects);
        Carry(now);
        Interlocked.Add(ref Counters.OutboxEntriesSent, keys.Length);
        return Task.CompletedTask;
    }

    // One that nobody has reported yet is watched too, as long as it may stand in the part of the log that was not read.
    FollowAnswer Follow(FollowRequest asked, IWatcher watcher, DateTimeOffset now)
    {
        var input = Parts.Input;
        if (!Actor.Exists && input.IsLive)
            return FollowAnswer.Unknown;
        if (asked.WatchedUntil is { } until)
        {
            _watches[asked.Watcher] = new Watch(watcher, until);
            Actor.Watch(until, Effects);
            Carry(now);
        }
        return Actor.Exists ? input.Answer(Actor, Version, asked.Have, asked.Viewer, now) : FollowAnswer.NotYet;
    }

    protected override ShipmentActor Create() => new(ShipmentId.Parse(Key));

    protected override ShipmentActor Read(in StoredActor stored) => ShipmentEncoding.Read(stored.State.Span);

    protected override StoredActor? Write(DateTimeOffset now)
    {
        _heard = Actor.TakeHeard();
        _durable = Actor.Facts;
        return Actor.IsOver(now) ? null : new StoredActor(Actor.WakeAt(now), ShipmentEncoding.Write(ShipmentEncoding.Copy(Actor, now)), default);
    }

    protected override AppliedPositions AppliedOf(ShipmentActor actor) => actor.Applied;

    protected override void Apply(in Report report, OpenedPartition partition, DateTimeOffset now)
        => Actor.Apply(report, partition, Parts.Knowledge.Current, now, Effects);

    protected override void OnTimer(DateTimeOffset now)
    {
        Actor.OnTimer(now, Effects);
        Effects.StateChanged |= Actor.IsOver(now);
    }

    protected override DateTimeOffset? NextDueAt(DateTimeOffset now) => Actor.NextDueAt(now);

    protected override void Loaded(DateTimeOffset now)
    {
        _viewNumber = Parts.NextViewNumber();
        CountStatus();
        // It comes from the store, so it is durable.
        _durable = Actor.Facts;
        Offer(retry: true);
    }

    protected override void BecameCurrent(DateTimeOffset now)
    {
        if (_watches.Count == 0 || !Actor.Exists)
            return; // where there is none, the next renewal is told so
        _viewNumber = Parts.NextViewNumber();
        Publish(now);
    }

    protected override void Ticked(DateTimeOffset now)
    {
        foreach (var (watcher, watch) in _watches)
        {
            if (watch.Until <= now)
                _watches.Remove(watcher);
        }
        Resident.IsWatched = _watches.Count > 0;
        if (_durable is { Outbox.IsEmpty: false } && _offer.IsOld(Parts.Clock, Parts.Clock.GetTimestamp()))
            Offer(retry: true);
    }

    protected override bool MayLeave(DateTimeOffset now) => !Actor.IsWatched(now) && Actor.Facts.Outbox.IsEmpty;

    // Its next state is worked out before it takes the place of the present one.
    protected override bool FailureMayHaveChangedIt => false;

    protected override void Saved(DateTimeOffset now)
    {
        foreach (var (vehicle, stamp) in _heard)
        {
            Parts.Tells.Tell(new ToldConfirmation(vehicle, Actor.Facts.Id, stamp));
            Interlocked.Increment(ref Counters.TellsConfirmed);
        }
        _heard = [];
        Offer(retry: false);
    }

    protected override void NotSaved()
    {
        Actor.PutBackHeard(_heard);
        _heard = [];
    }

    protected override void Left()
    {
        if (_countedAs >= 0)
            Interlocked.Decrement(ref Counters.Shipments[_countedAs]);
    }

    protected override void Carry(DateTimeOffset now)
    {
        foreach (var decision in Effects.Milestones)
        {
            if (decision.Missed)
                Interlocked.Increment(ref Counters.MilestonesMissed);
            else
                Interlocked.Increment(ref Counters.Milestones[(int)decision.Key.Kind]);
        }
        Resident.IsWatched = _watches.Count > 0;
        if (Effects.ViewChanged)
        {
            _viewNumber = Parts.NextViewNumber();
            CountStatus();
            if (IsCurrent && Actor.IsWatched(now))
                Publish(now);
        }
        base.Carry(now);
    }

    ViewVersion Version => new(Parts.Run, _viewNumber);

    void Publish(DateTimeOffset now)
    {
        var view = new PublishedView(Actor.Facts.Id, Version, null, Actor.Facts.LinkEpoch, Actor.View(now, Viewer.Recipient));
        byte[]? bytes = null; // written once, whoever looks
        foreach (var (name, watch) in _watches)
        {
            if (watch.Until <= now)
                continue;
            if (name == Parts.Name)
                Parts.Sink.Publish(view);
            else
                watch.Watcher.PublishAsync(bytes ??= Wire.Write(view, WireJson.Default.PublishedView)).Ignore(); // a lost view is followed by a newer one, or by the next renewal
        }
        Interlocked.Increment(ref Counters.ViewsPublished);
    }

    void CountStatus()
    {
        var status = (int)Actor.Facts.Standing.Status;
        if (!Actor.Exists || _countedAs == status)
            return;
        if (_countedAs >= 0)
            Interlocked.Decrement(ref Counters.Shipments[_countedAs]);
        Interlocked.Increment(ref Counters.Shipments[status]);
        _countedAs = status;
    }

    /// <summary>Hands over outbox entries that are durable, once; those that nobody confirms again after a while.</summary>
    void Offer(bool retry)
    {
        Resident.HasOffers = _durable is { Outbox.IsEmpty: false };
        if (!Resident.HasOffers)
            return;
        var entries = _offer.Next(_durable!.Outbox, retry, Parts.Clock.GetTimestamp());
        if (entries.Count > 0 && Parts.Outbox.TryEnqueue(_durable.Id, entries))
            Interlocked.Add(ref Counters.OutboxEntriesHandedOver, entries.Count);
    }

    /// <summary>The lease of one process on this shipment's views.</summary>
    sealed record Watch(IWatcher Watcher, DateTimeOffset Until);
}
