using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>
/// What this silo has delivered of one partition and does not know to be durable: for each actor the first and the last such offset. From it come the offset that a delivery names as the one before
/// it, and how far the partition is durable. It holds the actors of one flush interval. Any thread may use it.
/// </summary>
sealed class DeliveryWindow(OpenedPartition partition)
{
    readonly Lock _lock = new();
    readonly Dictionary<(ActorKind Kind, string Key), Entry> _entries = [];
    long _frontier = partition.DurableOffset;
    long _durable = partition.DurableOffset;
    long _delivered = partition.DurableOffset;
    int _pass;

    public OpenedPartition Partition { get; } = partition;

    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Actors in it.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>A batch is to be delivered from here on; where that was delivered before, the partition has gone back, and nothing is known of what actors had.</summary>
    public void Begin(long first, long last)
    {
        lock (_lock)
        {
            if (first <= _delivered)
                _pass++;
            _delivered = last;
        }
    }

    /// <summary>An actor's part of the batch. Answers the offset that was delivered to it before; −1: not known.</summary>
    public long Enter(ActorKind kind, string key, long first)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((kind, key), out var entry))
                entry = new Entry(first, -1, -1, _pass, true);
            var previous = entry.Pass == _pass ? entry.Previous : -1;
            _entries[(kind, key)] = entry with { First = Math.Min(entry.First, first), Previous = previous, Pass = _pass, IsUnderWay = true };
            return previous;
        }
    }

    /// <summary>The actor has answered how far it has applied the partition.</summary>
    public void Applied(ActorKind kind, string key, long offset)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue((kind, key), out var entry))
                _entries[(kind, key)] = entry with { Last = Math.Max(entry.Last, offset), Previous = Math.Max(entry.Previous, offset), IsUnderWay = false };
        }
    }

    /// <summary>Everything up to here is applied in memory, or refused and kept.</summary>
    public void Advance(long offset)
    {
        lock (_lock)
            _frontier = Math.Max(_frontier, offset);
    }

    /// <summary>How far it was advanced, and the actors that have to be flushed, with the offset that each has applied of it.</summary>
    public (long Frontier, List<(ActorKind Kind, string Key, long Last)> Actors) ToFlush()
    {
        lock (_lock)
            return (_frontier, [.. _entries.Select(entry => (entry.Key.Kind, entry.Key.Key, entry.Value.Last))]);
    }

    /// <summary>The actor is durable up to here.</summary>
    public void Flushed(ActorKind kind, string key, long offset)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((kind, key), out var entry))
                return;
            if (offset >= entry.Last && !entry.IsUnderWay)
                _entries.Remove((kind, key));
            else
                _entries[(kind, key)] = entry with { First = Math.Max(entry.First, offset + 1) };
        }
    }

    /// <summary>How far the partition would be durable, given how far it was advanced before the flush.</summary>
    public long DurableUpTo(long frontier)
    {
        lock (_lock)
            return Math.Max(_durable, _entries.Count == 0 ? frontier : Math.Min(frontier, _entries.Values.Min(entry => entry.First) - 1));
    }

    /// <summary>The cluster's book says so.</summary>
    public void SetDurable(long offset) => Volatile.Write(ref _durable, offset);

    readonly record struct Entry(long First, long Last, long Previous, int Pass, bool IsUnderWay);
}
