namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// When the actors of one shard want to be woken. An actor has one entry, or a second one when its time came nearer; an entry that is too early asks its actor and is
/// queued again, so that a time which moves with every message costs nothing.
/// </summary>
sealed class TimerQueue<TActor>
    where TActor : class
{
    readonly PriorityQueue<Slot<TActor>, DateTimeOffset> _queue = new();

    /// <summary>Sees to it that the slot is looked at by <paramref name="due"/>.</summary>
    public void Schedule(Slot<TActor> slot, DateTimeOffset? due)
    {
        if (due is not { } at || slot.QueuedAt <= at)
            return;
        slot.QueuedAt = at;
        _queue.Enqueue(slot, at);
    }

    /// <summary>The next slot to look at by now; it has to be scheduled again.</summary>
    public bool TryTake(DateTimeOffset now, out Slot<TActor> slot)
    {
        while (_queue.TryPeek(out slot!, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (slot.QueuedAt != at)
                continue;                               // replaced by an earlier entry that has been taken
            slot.QueuedAt = null;
            return true;
        }
        return false;
    }
}
