namespace TrackingSilo.Ingestion.Consumers;

/// <summary>
/// Keeps all partitions of all topics within a spread of record time while any of them is behind the end that it had at the start, or when it fell behind later, so that
/// positions do not race ahead of their manifests. The partition that is furthest behind is never held, so there is always one that moves. Any thread may use it.
/// </summary>
sealed class CatchUpPacer(TimeSpan spread)
{
    const long None = long.MaxValue;

    readonly object _lock = new(); // not a Lock: it is also waited on
    readonly List<Lane> _lanes = [];
    long _limit = long.MinValue;

    /// <summary>Every partition has been settled up to its end.</summary>
    public bool IsOver => Limit == None;

    /// <summary>Records up to this record time (in UTC ticks) may be delivered.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>Adds a partition, all of them before the first is published.</summary>
    /// <returns>Its number here.</returns>
    public int Join(long nextOffset, long end)
    {
        lock (_lock)
        {
            _lanes.Add(new Lane { Next = nextOffset, End = end });
            UpdateLimit();
            return _lanes.Count - 1;
        }
    }

    /// <summary>Says how far a partition has come.</summary>
    /// <param name="lane">Its number.</param>
    /// <param name="nextOffset">Everything before it is settled.</param>
    /// <param name="reached">Record time, in ticks, of its first record that waits, else of the last one settled.</param>
    public void Publish(int lane, long nextOffset, long reached)
    {
        lock (_lock)
        {
            var was = _lanes[lane];
            if (was.Next == nextOffset && was.Reached == reached)
                return;
            _lanes[lane] = was with { Next = nextOffset, Reached = reached };
            UpdateLimit();
        }
    }

    /// <summary>Moves the end that a partition has to reach: after an outage, or when it has fallen behind. It never moves back.</summary>
    public void Extend(int lane, long end)
    {
        lock (_lock)
        {
            _lanes[lane] = _lanes[lane] with { End = Math.Max(end, _lanes[lane].End) };
            UpdateLimit();
        }
    }

    /// <summary>Waits until <see cref="Limit"/> is another than <paramref name="seen"/>, at most for <paramref name="atMost"/>.</summary>
    public void WaitForChange(long seen, TimeSpan atMost)
    {
        lock (_lock)
        {
            if (_limit == seen)
                Monitor.Wait(_lock, atMost);
        }
    }

    void UpdateLimit()
    {
        var slowest = None;
        foreach (var lane in _lanes)
        {
            if (lane.Next < lane.End)
                slowest = Math.Min(slowest, lane.Reached);
        }
        var limit = slowest == None ? None : Math.Min(slowest, DateTimeOffset.MaxValue.Ticks) + spread.Ticks;
        if (limit == _limit)
            return;
        Volatile.Write(ref _limit, limit);
        Monitor.PulseAll(_lock);
    }

    readonly record struct Lane
    {
        public long Next { get; init; }
        public long End { get; init; }

        /// <summary>Nothing seen yet: nobody knows how old it is, so the others wait for its first record.</summary>
        public long Reached { get; init; }
    }
}
