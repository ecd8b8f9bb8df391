using System.Collections.Immutable;

namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// A shipment's scans: a set by id, sorted by (time, event rank, id). Immutable. Any order and any doubling of the same scans ends in the same
/// timeline, exactly up to <see cref="ScansMax"/> and <see cref="RetractionsMax"/>; beyond them the oldest without a status go first.
/// </summary>
public sealed class Timeline
{
    /// <summary>No carrier of the samples sends more than 80 scans; three legs of them fit.</summary>
    public const int ScansMax = 256;

    /// <summary>Corrections are rare.</summary>
    public const int RetractionsMax = 64;

    public static readonly Timeline Empty = new([], [], false);

    Standing? _standing;

    Timeline(ImmutableArray<Scan> scans, ImmutableArray<Scan> retractions, bool truncated)
    {
        Scans = scans;
        Retractions = retractions;
        Truncated = truncated;
    }

    /// <summary>All kept scans but retractions, oldest first, the retracted ones too.</summary>
    public ImmutableArray<Scan> Scans { get; }

    public ImmutableArray<Scan> Retractions { get; }

    /// <summary>There were more scans than are kept.</summary>
    public bool Truncated { get; }

    /// <summary>Where the shipment stands: the fold of <see cref="LifeCycle"/> over the scans that are not taken back.</summary>
    public Standing Standing => _standing ??= Standing.Fold(this);

    /// <summary>From parts that <see cref="Scans"/>, <see cref="Retractions"/> and <see cref="Truncated"/> gave before.</summary>
    public static Timeline Restore(ImmutableArray<Scan> scans, ImmutableArray<Scan> retractions, bool truncated)
        => new(scans, retractions, truncated);

    /// <summary>Itself when nothing changes.</summary>
    public Timeline With(Scan scan)
    {
        var truncated = Truncated;
        var (scans, retractions) = scan.Event == ScanEvent.Retraction
            ? (Scans, Insert(Retractions, scan, RetractionsMax, ref truncated))
            : (Insert(Scans, scan, ScansMax, ref truncated), Retractions);
        return scans == Scans && retractions == Retractions && truncated == Truncated ? this : new(scans, retractions, truncated);
    }

    /// <summary>The same scans without the names of those who took the parcel.</summary>
    public Timeline WithoutNames() => new([.. Scans.Select(scan => scan.WithoutName())], Retractions, Truncated);

    public bool IsRetracted(Scan scan)
    {
        foreach (var retraction in Retractions)
        {
            if (retraction.Retracts == scan.Id)
                return true;
        }
        return false;
    }

    /// <summary>Puts a scan in its place. Where one had to go (perhaps the new one) it sets <paramref name="truncated"/>.</summary>
    static ImmutableArray<Scan> Insert(ImmutableArray<Scan> scans, Scan scan, int max, ref bool truncated)
    {
        var result = scans;
        for (var i = 0; i < scans.Length; i++)
        {
            if (scans[i].Id != scan.Id)
                continue;
            // By the hash alone: records call two instants equal that differ in their offset, and the offset is shown.
            if (string.CompareOrdinal(ScanIdentity.ContentHash(scans[i]), ScanIdentity.ContentHash(scan)) >= 0)
                return scans;
            result = scans.RemoveAt(i);
            break;
        }
        var place = result.BinarySearch(scan, InOrder);
        result = result.Insert(place < 0 ? ~place : place, scan);
        if (result.Length <= max)
            return result;
        truncated = true;
        var least = result.Min(ByWorth)!;
        return ReferenceEquals(least, scan) ? scans : result.Remove(least);
    }

    static readonly Comparer<Scan> InOrder = Comparer<Scan>.Create((a, b) =>
        a.OccurredAt.UtcTicks != b.OccurredAt.UtcTicks ? a.OccurredAt.UtcTicks.CompareTo(b.OccurredAt.UtcTicks)
        : a.Event != b.Event ? a.Event.CompareTo(b.Event)
        : string.CompareOrdinal(a.Id, b.Id));

    static readonly Comparer<Scan> ByWorth = Comparer<Scan>.Create((a, b) =>
        LifeCycle.BearsStatus(a.Event) != LifeCycle.BearsStatus(b.Event) ? LifeCycle.BearsStatus(a.Event).CompareTo(LifeCycle.BearsStatus(b.Event))
        : a.OccurredAt.UtcTicks != b.OccurredAt.UtcTicks ? a.OccurredAt.UtcTicks.CompareTo(b.OccurredAt.UtcTicks)
        : string.CompareOrdinal(a.Id, b.Id));
}
