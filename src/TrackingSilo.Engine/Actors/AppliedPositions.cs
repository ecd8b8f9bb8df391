using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Actors;

/// <summary>What a delivery means to an actor.</summary>
public enum Delivery : byte
{
    /// <summary>New: apply it.</summary>
    Next,

    /// <summary>Applied before: nothing to do.</summary>
    Replayed,

    /// <summary>Something delivered before it was not applied here: apply nothing.</summary>
    Gap,
}

/// <summary>The last position that one actor has applied of each partition that ever spoke to it. Few: a key has one partition a topic, until partitions are added.</summary>
public sealed class AppliedPositions
{
    /// <summary>Partitions remembered. A shipment hears of three topics; beyond this the partitions of the oldest logs go.</summary>
    public const int Max = 16;

    AppliedPosition[] _entries;
    int _count;

    public AppliedPositions() => _entries = new AppliedPosition[2];

    public AppliedPositions(IReadOnlyCollection<AppliedPosition> positions)
    {
        _entries = [.. positions];
        _count = _entries.Length;
    }

    /// <summary>How far this actor's input has come: the newest log's generation, and how many of its records were applied.</summary>
    public LogStamp Stamp
    {
        get
        {
            var generation = 0;
            var applied = 0L;
            foreach (ref readonly var entry in _entries.AsSpan(0, _count))
            {
                if (entry.Generation > generation)
                    (generation, applied) = (entry.Generation, 0);
                if (entry.Generation == generation)
                    applied += entry.Count;
            }
            return new LogStamp(generation, applied);
        }
    }

    /// <param name="previous">Offset that was delivered to this actor before on this partition; −1: not known.</param>
    public Delivery Judge(PartitionId partition, long previous, long offset)
    {
        var applied = this[partition];
        return offset <= applied ? Delivery.Replayed : applied < previous && previous < offset ? Delivery.Gap : Delivery.Next;
    }

    /// <summary>Offset applied last; −1: none.</summary>
    public long this[PartitionId partition]
    {
        get
        {
            foreach (ref readonly var entry in _entries.AsSpan(0, _count))
            {
                if (entry.Partition == partition.Value)
                    return entry.Offset;
            }
            return -1;
        }
    }

    public void Set(OpenedPartition partition, long offset)
    {
        foreach (ref var entry in _entries.AsSpan(0, _count))
        {
            if (entry.Partition == partition.Id.Value)
            {
                entry = entry with { Offset = offset, Count = entry.Count + 1 };
                return;
            }
        }
        Add(new AppliedPosition(partition.Id.Value, partition.Generation, offset, 1));
    }

    internal long Warm() => _entries[0].Offset;

    public AppliedPosition[] ToArray() => _entries.AsSpan(0, _count).ToArray();

    void Add(AppliedPosition entry)
    {
        if (_count == Max)
        {
            var oldest = 0;
            for (var i = 1; i < _count; i++)
            {
                if (_entries[i].Generation < _entries[oldest].Generation)
                    oldest = i;
            }
            _entries[oldest] = entry;
            return;
        }
        if (_count == _entries.Length)
            Array.Resize(ref _entries, Math.Max(2, _count * 2));
        _entries[_count++] = entry;
    }
}

/// <summary>One entry of <see cref="AppliedPositions"/>.</summary>
/// <param name="Partition">The store's number of the partition.</param>
/// <param name="Generation">Of the partition's log.</param>
/// <param name="Offset">Applied last.</param>
/// <param name="Count">How many records of it this actor has applied.</param>
public readonly record struct AppliedPosition(int Partition, int Generation, long Offset, long Count);
