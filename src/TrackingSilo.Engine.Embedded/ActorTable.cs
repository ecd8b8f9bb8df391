using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>An actor in memory, and what its host has to know about it.</summary>
sealed class Slot<TActor>(string key, TActor actor)
    where TActor : class
{
    public string Key { get; } = key;
    public TActor Actor { get; } = actor;

    /// <summary>Changed since the last checkpoint copied it.</summary>
    public bool Dirty { get; set; }

    /// <summary>Copied by a checkpoint that has not ended.</summary>
    public bool Saving { get; set; }

    /// <summary>It has left memory: whoever still holds it must not use it.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Real timestamp of the last message.</summary>
    public long LastUsed { get; set; }

    /// <summary>When the timer queue will look at it; null: it is not queued.</summary>
    public DateTimeOffset? QueuedAt { get; set; }

    /// <summary>Number of its view's version.</summary>
    public long ViewNumber { get; set; }

    /// <summary>What the host counts it under.</summary>
    public int CountedAs { get; set; } = -1;
}

/// <summary>The actors of one kind that one shard has in memory. Used by that shard only.</summary>
sealed class ActorTable<TActor>
    where TActor : class
{
    readonly SlotTable<TActor> _slots = new();

    // Actors that left memory with changes that no checkpoint had: what was delivered to them has to be delivered again.
    readonly Dictionary<string, AppliedPositions> _lost = new(StringComparer.Ordinal);
    readonly Dictionary<string, ActorFailures> _failures = new(StringComparer.Ordinal);

    // Actors whose stored state cannot be read. Only a program that can, or a mended store, brings them back.
    readonly HashSet<string> _damaged = new(StringComparer.Ordinal);

    public int Count => _slots.Count;

    /// <summary>Changed actors, to be copied by the next checkpoint.</summary>
    public List<Slot<TActor>> Dirty { get; private set; } = [];

    /// <summary>Some actor waits for what it lost: nothing delivered since may be called durable.</summary>
    public bool HasLost => _lost.Count > 0;

    public IEnumerable<Slot<TActor>> Slots => _slots.All;

    public bool IsDamaged(string key) => _damaged.Count > 0 && _damaged.Contains(key);

    public void Damaged(string key) => _damaged.Add(key);

    public bool TryGet(string key, out Slot<TActor> slot)
    {
        slot = Find(key, KeyHash.Of(key))!;
        return slot is not null;
    }

    public Slot<TActor>? Find(string key, uint hash) => _slots.Find(key, hash);

    public Slot<TActor> Add(string key, TActor actor)
    {
        var slot = new Slot<TActor>(key, actor);
        _slots.Add(slot);
        return slot;
    }

    public void MarkDirty(Slot<TActor> slot)
    {
        if (slot.Dirty)
            return;
        slot.Dirty = true;
        Dirty.Add(slot);
    }

    /// <summary>The changed actors, which count as unchanged from now on.</summary>
    public List<Slot<TActor>> TakeDirty()
    {
        var taken = Dirty;
        Dirty = [];
        foreach (var slot in taken)
        {
            slot.Dirty = false;
            slot.Saving = true;
        }
        return taken;
    }

    /// <summary>Takes an actor out of memory whose state is durable.</summary>
    public void Passivate(Slot<TActor> slot)
    {
        slot.HasLeft = true;
        _slots.Remove(slot);
    }

    /// <summary>Takes an actor out of memory with all that it has not saved.</summary>
    public void Lose(Slot<TActor> slot, AppliedPositions applied)
    {
        Passivate(slot);
        Dirty.Remove(slot);
        _lost[slot.Key] = applied;
    }

    /// <summary>Offset that was delivered to this actor before and perhaps lost; −1: nothing was lost.</summary>
    public long DeliveredBefore(string key, PartitionId partition)
        => _lost.Count > 0 && _lost.TryGetValue(key, out var lost) ? lost[partition] : -1;

    /// <summary>Forgets the loss once the actor has applied again all that it had.</summary>
    public void CaughtUp(string key, AppliedPositions applied)
    {
        if (_lost.Count == 0 || !_lost.TryGetValue(key, out var lost))
            return;
        foreach (var position in lost.ToArray())
        {
            if (applied[new PartitionId(position.Partition)] < position.Offset)
                return;
        }
        _lost.Remove(key);
    }

    /// <summary>What earlier failures of this actor mean for a message.</summary>
    public Parking ParkingOf(string key, PartitionId partition, long offset)
        => _failures.Count > 0 && _failures.TryGetValue(key, out var failed) ? failed.ParkingOf(partition, offset) : Parking.None;

    /// <summary>Notes that the actor failed on this message.</summary>
    public void Failed(string key, PartitionId partition, long offset)
    {
        if (!_failures.TryGetValue(key, out var failed))
            _failures[key] = failed = new ActorFailures();
        failed.Add(partition, offset);
    }
}
