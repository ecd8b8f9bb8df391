using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>The shipments of one shard.</summary>
sealed class ShipmentHost(ShardContext shard) : ActorHost<ShipmentActor>(ActorKind.Shipment, shard, shard.Parts.DirtyShipments)
{
    readonly Dictionary<string, Slot<ShipmentActor>> _watched = new(StringComparer.Ordinal);

    // Watched, and not known before the log is read to its end. Cleared then; until then at most one for each follow that the server admits.
    readonly Dictionary<string, DateTimeOffset> _awaited = new(StringComparer.Ordinal);
    readonly Dictionary<string, OutboxOffer> _offers = new(StringComparer.Ordinal);
    readonly List<string> _expired = [];

    // Published while the store was away, and to be published without that mark once they are saved.
    readonly HashSet<Slot<ShipmentActor>> _shownUnsaved = [];

    /// <summary>The shipment has to be in memory (or known to be unknown: then the answer says so).</summary>
    public FollowAnswer Follow(ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, DateTimeOffset now)
    {
        if (!Table.TryGet(id.Value, out var slot) || !slot.Actor.Exists)
            return NotKnown(id, watchedUntil);
        slot.LastUsed = Parts.Clock.GetTimestamp();
        if (watchedUntil is { } until)
        {
            _watched[id.Value] = slot;
            slot.Actor.Watch(until, Effects);
            Carry(slot, now);
        }
        var answer = Parts.Input.Answer(slot.Actor, new ViewVersion(Parts.Run, slot.ViewNumber), have, viewer, now);
        return answer.View is { } view && NoteUnsaved(slot) ? answer with { View = view with { Unsaved = true } } : answer;
    }

    // What was reported of it may stand in the log behind the point that has been read, as after a crash.
    FollowAnswer NotKnown(ShipmentId id, DateTimeOffset? watchedUntil)
    {
        if (Parts.Input.IsLive)
            return FollowAnswer.Unknown;
        if (watchedUntil is { } until)
            _awaited[id.Value] = until;
        return FollowAnswer.NotYet;
    }

    public void Hear(ShipmentId id, VehicleProgress progress, DateTimeOffset now)
    {
        if (!Table.TryGet(id.Value, out var slot))
            return;
        slot.LastUsed = Parts.Clock.GetTimestamp();
        slot.Actor.Hear(progress, Parts.Knowledge.Current, now, Effects);
        Carry(slot, now);
    }

    public void Sent(ShipmentId id, IReadOnlyCollection<string> outboxKeys, DateTimeOffset now)
    {
        if (!Table.TryGet(id.Value, out var slot))
            return;
        slot.Actor.Sent(outboxKeys, now, Effects);
        Carry(slot, now);
        Counters.OutboxEntriesSent += outboxKeys.Count;
        if (slot.Actor.Facts.Outbox.IsEmpty)
            _offers.Remove(id.Value);
    }

    /// <summary>Input has become live: everybody who watches gets what is true now.</summary>
    public void PublishAllWatched(DateTimeOffset now)
    {
        foreach (var (key, until) in _awaited)
        {
            if (!Table.TryGet(key, out var slot) || !slot.Actor.Exists)
                continue; // there is none: the next renewal is told so
            _watched[key] = slot;
            slot.Actor.Watch(until, Effects);
            Carry(slot, now);
        }
        _awaited.Clear();
        foreach (var slot in _watched.Values)
            PublishAnew(slot, now);
    }

    public override void Tick(DateTimeOffset now, long timestamp)
    {
        base.Tick(now, timestamp);
        foreach (var (key, slot) in _watched)
        {
            if (!slot.Actor.IsWatched(now))
                _expired.Add(key);
        }
        foreach (var key in _expired)
            _watched.Remove(key);
        _expired.Clear();
        foreach (var (key, offer) in _offers)
        {
            if (offer.IsOld(Parts.Clock, timestamp) && Table.TryGet(key, out var slot))
                Offer(slot, slot.Actor.Facts, retry: true);
        }
    }

    /// <summary>Copies what has changed, for a checkpoint to write.</summary>
    public List<CopiedShipment> Copy(DateTimeOffset now)
    {
        var copies = new List<CopiedShipment>();
        foreach (var slot in TakeDirty())
        {
            copies.Add(new CopiedShipment(
                slot, ShipmentEncoding.Copy(slot.Actor, now), slot.Actor.WakeAt(now), slot.Actor.IsOver(now), slot.Actor.TakeHeard()));
        }
        return copies;
    }

    /// <summary>The copies are durable: what depends on that happens now.</summary>
    public void Saved(List<CopiedShipment> copies)
    {
        foreach (var copy in copies)
        {
            copy.Slot.Saving = false;
            if (_shownUnsaved.Remove(copy.Slot))
                PublishAnew(copy.Slot, Shard.Now);
            foreach (var (vehicle, stamp) in copy.Heard)
            {
                Shard.Router.Tell(new ToldConfirmation(vehicle, copy.Snapshot.Facts.Id, stamp));
                Counters.TellsConfirmed++;
            }
            Offer(copy.Slot, copy.Snapshot.Facts, retry: false);
            if (copy.IsOver && !copy.Slot.Dirty && !copy.Slot.HasLeft)
            {
                Table.Passivate(copy.Slot);
                Left(copy.Slot);
            }
        }
    }

    public void NotSaved(List<CopiedShipment> copies)
    {
        foreach (var copy in copies)
        {
            copy.Slot.Saving = false;
            copy.Slot.Actor.PutBackHeard(copy.Heard);
            if (copy.Slot.HasLeft)
                continue;
            MarkDirty(copy.Slot);
            if (!_shownUnsaved.Contains(copy.Slot))
                PublishAnew(copy.Slot, Shard.Now);
        }
    }

    protected override ShipmentActor Create(string key) => new(ShipmentId.Parse(key));

    protected override ShipmentActor Restore(in ActorSnapshot snapshot) => ShipmentEncoding.Read(snapshot.State.Span);

    protected override AppliedPositions AppliedOf(ShipmentActor actor) => actor.Applied;

    protected override void Apply(Slot<ShipmentActor> slot, in Report report, OpenedPartition partition, DateTimeOffset now)
    {
        var epoch = slot.Actor.Facts.LinkEpoch;
        slot.Actor.Apply(report, partition, Parts.Knowledge.Current, now, Effects);
        if (slot.Actor.Facts.LinkEpoch != epoch)
            Parts.IsUrgent = true; // a link that was seen to be revoked must not be valid again after a crash
    }

    protected override void OnTimer(Slot<ShipmentActor> slot, DateTimeOffset now)
    {
        slot.Actor.OnTimer(now, Effects);
        if (slot.Actor.IsOver(now))
            Effects.StateChanged = true;
        Timers.Schedule(slot, slot.Actor.NextDueAt(now));
    }

    protected override DateTimeOffset? NextDueAt(ShipmentActor actor, DateTimeOffset now) => actor.NextDueAt(now);

    protected override void Loaded(Slot<ShipmentActor> slot, DateTimeOffset now)
    {
        slot.ViewNumber = Shard.NextVersion().Number;
        CountStatus(slot);
        // It comes from the store, so it is durable.
        Offer(slot, slot.Actor.Facts, retry: true);
    }

    protected override bool MayLeave(Slot<ShipmentActor> slot, DateTimeOffset now) => !slot.Actor.IsWatched(now) && slot.Actor.Facts.Outbox.IsEmpty;

    // Its next state is worked out before it takes the place of the present one.
    protected override bool FailureMayHaveChangedIt => false;

    protected override void Carry(Slot<ShipmentActor> slot, DateTimeOffset now)
    {
        foreach (var decision in Effects.Milestones)
        {
            if (decision.Missed)
                Counters.MilestonesMissed++;
            else
                Counters.Milestones[(int)decision.Key.Kind]++;
        }
        if (Effects.StateChanged)
            MarkDirty(slot); // before it is published, which says whether it is saved
        if (Effects.ViewChanged)
        {
            slot.ViewNumber = Shard.NextVersion().Number;
            CountStatus(slot);
            if (Parts.Input.IsLive && slot.Actor.IsWatched(now))
                Publish(slot, now);
        }
        base.Carry(slot, now);
    }

    protected override void Left(Slot<ShipmentActor> slot)
    {
        _watched.Remove(slot.Key);
        _offers.Remove(slot.Key);
        _shownUnsaved.Remove(slot);
        if (slot.CountedAs >= 0)
            Counters.Shipments[slot.CountedAs]--;
    }

    /// <summary>The same facts under another version, to whoever watches.</summary>
    void PublishAnew(Slot<ShipmentActor> slot, DateTimeOffset now)
    {
        if (!Parts.Input.IsLive || !slot.Actor.IsWatched(now))
            return;
        slot.ViewNumber = Shard.NextVersion().Number;
        Publish(slot, now);
    }

    bool NoteUnsaved(Slot<ShipmentActor> slot)
    {
        var isUnsaved = Parts.Health.IsAway && (slot.Dirty || slot.Saving);
        if (isUnsaved)
            _shownUnsaved.Add(slot);
        return isUnsaved;
    }

    void Publish(Slot<ShipmentActor> slot, DateTimeOffset now)
    {
        Parts.Sink.Publish(new PublishedView(
            slot.Actor.Facts.Id, new ViewVersion(Parts.Run, slot.ViewNumber), null, slot.Actor.Facts.LinkEpoch, slot.Actor.View(now, Viewer.Recipient), NoteUnsaved(slot)));
        Counters.ViewsPublished++;
    }

    void CountStatus(Slot<ShipmentActor> slot)
    {
        var status = (int)slot.Actor.Facts.Standing.Status;
        if (!slot.Actor.Exists || slot.CountedAs == status)
            return;
        if (slot.CountedAs >= 0)
            Counters.Shipments[slot.CountedAs]--;
        Counters.Shipments[status]++;
        slot.CountedAs = status;
    }

    /// <summary>Hands over outbox entries that are durable, once; those that nobody confirms again after a while.</summary>
    void Offer(Slot<ShipmentActor> slot, Shipment durable, bool retry)
    {
        if (durable.Outbox.IsEmpty)
            return;
        if (!_offers.TryGetValue(slot.Key, out var offer))
            _offers[slot.Key] = offer = new OutboxOffer();
        var entries = offer.Next(durable.Outbox, retry, Parts.Clock.GetTimestamp());
        if (entries.Count > 0 && Parts.Outbox.TryEnqueue(durable.Id, entries))
            Counters.OutboxEntriesHandedOver += entries.Count;
    }
}

/// <summary>A changed shipment as a checkpoint writes it.</summary>
sealed record CopiedShipment(
    Slot<ShipmentActor> Slot, ShipmentSnapshot Snapshot, DateTimeOffset? WakeAt, bool IsOver, (VehicleId Vehicle, LogStamp Stamp)[] Heard);
