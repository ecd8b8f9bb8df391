using System.Diagnostics.CodeAnalysis;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// The actors of one kind in one shard: brings them into memory and out of it, delivers to them, and carries out what they want. Runs on the shard's loop only.
/// </summary>
abstract class ActorHost<TActor>(ActorKind kind, ShardContext shard, DirtyCount dirty)
    where TActor : class
{
    // Slots in the order in which they are asked whether they may leave; each is asked again after all the others.
    readonly Queue<Slot<TActor>> _round = new();

    // Of the reports that are delivered together.
    readonly Slot<TActor>?[] _found = new Slot<TActor>?[Embedded.Shard.Together];

    protected ShardContext Shard { get; } = shard;
    protected ActorTable<TActor> Table { get; } = new();
    protected TimerQueue<TActor> Timers { get; } = new();
    protected EngineParts Parts => Shard.Parts;
    protected EngineCounters Counters => Shard.Counters;
    protected Effects Effects => Shard.Effects;

    public int Count => Table.Count;
    public bool HasLost => Table.HasLost;

    public bool Has(string key) => Table.TryGet(key, out _) || Table.IsDamaged(key);

    /// <summary>Brings actors into memory, from the store where it knows them. Keys that are in memory already are passed over.</summary>
    public async ValueTask LoadAsync(IReadOnlyCollection<string> keys, bool create, CancellationToken cancellationToken)
    {
        var missing = keys.Where(key => !Has(key)).Distinct(StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
            return;
        var now = Shard.Now;
        foreach (var snapshot in await Shard.LoadAsync(kind, missing, cancellationToken).ConfigureAwait(false))
        {
            if (!TryRead(snapshot, out var actor))
                continue;
            var slot = Enter(snapshot.Key, actor);
            Counters.ActorsLoaded++;
            // At once: its time may have passed while it slept.
            Timers.Schedule(slot, now);
            Loaded(slot, now);
            Carry(slot, now);
        }
        if (!create)
            return;
        foreach (var key in missing)
        {
            if (!Has(key))
                Enter(key, Create(key));
        }
    }

    /// <summary>Delivers what follows of a batch, up to <paramref name="end"/>, as long as the actors are in memory. Answers false where one is not.</summary>
    public bool Deliver(ShardBatch batch, int end, DateTimeOffset now, long timestamp)
    {
        var reports = batch.Reports;
        var indices = batch.Indices;
        var hashes = batch.Hashes;
        var first = batch.Done;
        for (var i = first; i < end; i++)
            _found[i - first] = Table.Find(reports[indices[i]].Key, hashes[i]);
        Warm(_found.AsSpan(0, end - first));
        for (; batch.Done < end; batch.Done++)
        {
            ref readonly var report = ref reports[indices[batch.Done]];
            // One that fails on a report leaves memory.
            if (_found[batch.Done - first] is not { HasLeft: false } slot)
            {
                if (!Table.IsDamaged(report.Key))
                    return false;
                batch.Refuse(new Refusal(report.Offset, RefusalReason.Quarantined, "What is stored of this actor cannot be read; its messages are kept here to be replayed."));
                continue;
            }
            batch.IsWhole &= Deliver(slot, report, batch, now, timestamp);
        }
        return true;
    }

    /// <summary>Answers false on a gap.</summary>
    bool Deliver(Slot<TActor> slot, in Report report, ShardBatch batch, DateTimeOffset now, long timestamp)
    {
        var partition = batch.Partition;
        slot.LastUsed = timestamp;
        switch (Table.ParkingOf(report.Key, partition.Id, report.Offset))
        {
            case Parking.RefusedBefore:
                Counters.Replayed++;
                return true;
            case Parking.Quarantined:
                batch.Refuse(ActorFailures.Quarantine(report.Offset));
                return true;
        }
        var applied = AppliedOf(slot.Actor);
        switch (applied.Judge(partition.Id, Table.DeliveredBefore(report.Key, partition.Id), report.Offset))
        {
            case Delivery.Gap:
                Counters.Gaps++;
                return false;
            case Delivery.Replayed:
                Counters.Replayed++;
                return true;
        }
        try
        {
            Apply(slot, report, partition, now);
            Counters.Applied[(int)report.Kind]++;
        }
        catch (Exception failure)
        {
            Fail(slot, report, batch, failure);
            return true;
        }
        Carry(slot, now);
        if (Table.HasLost)
            Table.CaughtUp(report.Key, applied);
        return true;
    }

    /// <summary>Runs what is due, unless nobody knows whether there is silence.</summary>
    public virtual void Tick(DateTimeOffset now, long timestamp)
    {
        if (Parts.Input.IsLive)
        {
            while (Timers.TryTake(now, out var slot))
            {
                if (slot.HasLeft)
                    continue;
                Counters.TimersFired++;
                OnTimer(slot, now);
                Carry(slot, now);
            }
        }
        PassivateSome(now, timestamp);
    }

    /// <summary>Takes an actor out of memory with all that no checkpoint has, as a crash of its machine would.</summary>
    public void Drop(string key)
    {
        if (Table.TryGet(key, out var slot))
            Lose(slot);
    }

    /// <summary>Reads what these actors will read, all of them before each goes its own way: a shard waits for memory most of its time, and this way for many actors at once.</summary>
    protected virtual void Warm(ReadOnlySpan<Slot<TActor>?> slots)
    {
    }

    protected abstract TActor Create(string key);

    protected abstract TActor Restore(in ActorSnapshot snapshot);

    protected abstract AppliedPositions AppliedOf(TActor actor);

    protected abstract void Apply(Slot<TActor> slot, in Report report, OpenedPartition partition, DateTimeOffset now);

    protected abstract void OnTimer(Slot<TActor> slot, DateTimeOffset now);

    protected abstract DateTimeOffset? NextDueAt(TActor actor, DateTimeOffset now);

    /// <summary>What is to be done for an actor that came from the store.</summary>
    protected abstract void Loaded(Slot<TActor> slot, DateTimeOffset now);

    /// <summary>Whether it may leave memory as far as its kind is concerned.</summary>
    protected abstract bool MayLeave(Slot<TActor> slot, DateTimeOffset now);

    /// <summary>Whether an actor that failed may be half changed: then it is lost, and what was delivered to it comes again.</summary>
    protected abstract bool FailureMayHaveChangedIt { get; }

    /// <summary>Carries out the effects of one message and clears them.</summary>
    protected virtual void Carry(Slot<TActor> slot, DateTimeOffset now)
    {
        if (Effects.StateChanged)
        {
            MarkDirty(slot);
            Timers.Schedule(slot, NextDueAt(slot.Actor, now));
        }
        if (Effects.Progress.Count + Effects.Watches.Count > 0)
        {
            foreach (ref readonly var tell in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Effects.Progress))
                Shard.Router.Tell(tell);
            foreach (ref readonly var tell in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Effects.Watches))
                Shard.Router.Tell(tell);
            Counters.Tells += Effects.Progress.Count + Effects.Watches.Count;
        }
        Effects.Clear();
    }

    protected void MarkDirty(Slot<TActor> slot)
    {
        if (!slot.Dirty)
            dirty.Add(1);
        Table.MarkDirty(slot);
    }

    protected List<Slot<TActor>> TakeDirty()
    {
        var taken = Table.TakeDirty();
        dirty.Add(-taken.Count);
        return taken;
    }

    // An actor that cannot be read is not begun anew, which would overwrite what can perhaps be mended: its messages are parked.
    bool TryRead(in ActorSnapshot snapshot, [NotNullWhen(true)] out TActor? actor)
    {
        try
        {
            actor = Restore(snapshot);
            return true;
        }
        catch (Exception damaged)
        {
            Counters.ActorFailures++;
            Parts.Log.Damaged(kind, snapshot.Key, damaged);
            Table.Damaged(snapshot.Key);
            actor = null;
            return false;
        }
    }

    Slot<TActor> Enter(string key, TActor actor)
    {
        var slot = Table.Add(key, actor);
        slot.LastUsed = Parts.Clock.GetTimestamp();
        _round.Enqueue(slot);
        return slot;
    }

    void Fail(Slot<TActor> slot, in Report report, ShardBatch batch, Exception failure)
    {
        var partition = batch.Partition;
        Effects.Clear();
        Counters.ActorFailures++;
        Parts.Log.ActorFailed(kind, report.Kind, partition.Partition.ToString(), report.Offset, failure);
        Table.Failed(report.Key, partition.Id, report.Offset);
        batch.Refuse(new Refusal(report.Offset, RefusalReason.ActorFailed, failure.GetType().Name));
        if (FailureMayHaveChangedIt)
            Lose(slot);
    }

    void Lose(Slot<TActor> slot)
    {
        if (slot.Dirty)
            dirty.Add(-1);
        Table.Lose(slot, AppliedOf(slot.Actor));
        Left(slot);
    }

    /// <summary>The slot has left memory.</summary>
    protected virtual void Left(Slot<TActor> slot)
    {
    }

    void PassivateSome(DateTimeOffset now, long timestamp)
    {
        // Two percent a tick: each is asked every five seconds.
        for (var left = 1 + (_round.Count / 50); left > 0 && _round.TryDequeue(out var slot); left--)
        {
            if (slot.HasLeft)
                continue;
            var idle = Parts.Clock.GetElapsedTime(slot.LastUsed, timestamp);
            if (idle < Limits.IdleBeforePassivation || slot.Dirty || slot.Saving || !MayLeave(slot, now))
            {
                _round.Enqueue(slot);
                continue;
            }
            Table.Passivate(slot);
            Left(slot);
            Counters.ActorsPassivated++;
        }
    }
}
