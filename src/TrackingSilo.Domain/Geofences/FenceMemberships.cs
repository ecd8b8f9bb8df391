using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// The fences that one vehicle is in. Mutable, for one thread.
/// <para>
/// It goes in with the second of two fixes in a row that lie in the fence, and out with the second of two in a row that lie beyond its border by more than the
/// exit margin (twice the fix's accuracy, at least <see cref="ExitMarginMetres"/>); a fix between changes nothing, and a poorer one than
/// <see cref="UsableAccuracyMetres"/> is no evidence either way. So a bus on a border stays where it was. The edge has the time of the first of the two.
/// </para>
/// <para>
/// Where it is when it is seen first, or when a fence is new around it, is state and no edge. A fence that is gone from the index is left at the next fix.
/// </para>
/// </summary>
public sealed class FenceMemberships
{
    /// <summary>Fences that one vehicle is, or may soon be, in. Fences overlap by threes (district, hub, yard), not by dozens.</summary>
    public const int Capacity = 16;

    /// <summary>The least distance beyond the border that counts as outside.</summary>
    public const double ExitMarginMetres = 25;

    /// <summary>A fix that is less accurate than that neither enters nor leaves.</summary>
    public const float UsableAccuracyMetres = 100;

    /// <summary>Fixes in a row on the other side, until the vehicle is believed to be there.</summary>
    public const int FixesToBelieve = 2;

    /// <summary>An upper bound of what <see cref="WriteTo"/> needs, for fence ids of at most <see cref="GeofenceFile.IdMaxCharacters"/> characters.</summary>
    public const int PackedMaxBytes = 8 + (Capacity * (16 + (GeofenceFile.IdMaxCharacters * 3)));

    const byte PackedVersion = 1;

    readonly Membership[] _memberships = new Membership[Capacity];
    GeofenceIndex? _index;
    int _count;
    bool _seen;

    struct Membership
    {
        public string Id;
        public int Ordinal;
        public bool Inside;

        // Fixes in a row that contradict Inside, and the time of the first of them.
        public byte Doubts;
        public long DoubtMs;
    }

    /// <summary>Number of fences that it is in.</summary>
    public int Count
    {
        get
        {
            var inside = 0;
            foreach (ref readonly var membership in _memberships.AsSpan(0, _count))
                inside += membership.Inside ? 1 : 0;
            return inside;
        }
    }

    /// <summary>Ids of the fences that it is in.</summary>
    public IEnumerable<string> Inside => _memberships.Take(_count).Where(membership => membership.Inside).Select(membership => membership.Id);

    public bool IsIn(string fenceId)
    {
        foreach (ref readonly var membership in _memberships.AsSpan(0, _count))
        {
            if (membership.Inside && membership.Id == fenceId)
                return true;
        }
        return false;
    }

    /// <summary>The fence that it has been in for the longest time; false where it is in none that <paramref name="index"/> knows.</summary>
    public bool TryGetFirst(GeofenceIndex index, out Geofence fence)
    {
        foreach (ref readonly var membership in _memberships.AsSpan(0, _count))
        {
            if (!membership.Inside || !index.TryFind(membership.Id, out var ordinal))
                continue;
            fence = index[ordinal];
            return true;
        }
        fence = null!;
        return false;
    }

    /// <summary>Takes the newest fix; only <see cref="FixVerdict.Accepted"/> ones. Writes what it led to into <paramref name="edges"/>.</summary>
    /// <param name="index">The fences in force; another one than last time may be given at any time.</param>
    /// <param name="fix">The newest fix.</param>
    /// <param name="edges">Room for <see cref="Capacity"/>.</param>
    /// <returns>How many edges there were.</returns>
    public int Update(GeofenceIndex index, in Fix fix, Span<FenceEdge> edges)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(edges.Length, Capacity, nameof(edges));
        var count = 0;
        var before = _index;
        if (!ReferenceEquals(before, index))
            Resolve(index, fix.At, edges, ref count);
        if (fix.AccuracyMetres > UsableAccuracyMetres)
            return count;

        Span<int> hits = stackalloc int[Capacity];
        hits = hits[..index.Find(fix.Place, hits)];
        for (var i = _count - 1; i >= 0; i--)
            Judge(i, hits.Contains(_memberships[i].Ordinal), index, fix, edges, ref count);
        foreach (var ordinal in hits)
        {
            if (!Knows(ordinal))
                Begin(ordinal, index, fix, isState: !_seen || (before is not null && !ReferenceEquals(before, index) && !before.TryFind(index[ordinal].Id, out _)));
        }
        _seen = true;
        return count;
    }

    void Judge(int i, bool hit, GeofenceIndex index, in Fix fix, Span<FenceEdge> edges, ref int count)
    {
        ref var membership = ref _memberships[i];
        if (hit == membership.Inside)
        {
            membership.Doubts = 0;
            if (!hit)
                RemoveAt(i);
            return;
        }
        if (membership.Inside && index.MetresBeyond(membership.Ordinal, fix.Place, 2 * ExitMargin(fix)) <= ExitMargin(fix))
            return;
        if (membership.Doubts == 0)
            membership.DoubtMs = FixGrid.Milliseconds(fix);
        if (++membership.Doubts < FixesToBelieve)
            return;
        membership.Inside = hit;
        membership.Doubts = 0;
        edges[count++] = new FenceEdge(
            membership.Id, hit ? FenceEdgeKind.Entered : FenceEdgeKind.Exited, DateTimeOffset.FromUnixTimeMilliseconds(membership.DoubtMs));
        if (!hit)
            RemoveAt(i);
    }

    static double ExitMargin(in Fix fix)
        => Math.Max(ExitMarginMetres, 2 * (fix.AccuracyMetres >= 0 ? fix.AccuracyMetres : FixWindow.UsualAccuracyMetres));

    void Begin(int ordinal, GeofenceIndex index, in Fix fix, bool isState)
    {
        // Full: the newest ones wait until there is room.
        if (_count == Capacity)
            return;
        _memberships[_count++] = new Membership
        {
            Id = index[ordinal].Id,
            Ordinal = ordinal,
            Inside = isState,
            Doubts = (byte)(isState ? 0 : 1),
            DoubtMs = FixGrid.Milliseconds(fix),
        };
    }

    bool Knows(int ordinal)
    {
        foreach (ref readonly var membership in _memberships.AsSpan(0, _count))
        {
            if (membership.Ordinal == ordinal)
                return true;
        }
        return false;
    }

    void Resolve(GeofenceIndex index, DateTimeOffset at, Span<FenceEdge> edges, ref int count)
    {
        _index = index;
        for (var i = _count - 1; i >= 0; i--)
        {
            ref var membership = ref _memberships[i];
            if (index.TryFind(membership.Id, out membership.Ordinal))
                continue;
            if (membership.Inside)
                edges[count++] = new FenceEdge(membership.Id, FenceEdgeKind.Exited, at);
            RemoveAt(i);
        }
    }

    void RemoveAt(int i)
    {
        _memberships.AsSpan(i + 1, --_count - i).CopyTo(_memberships.AsSpan(i));
        _memberships[_count] = default;
    }

    /// <summary>Packs the memberships by fence id.</summary>
    /// <returns>Bytes written, at most <see cref="PackedMaxBytes"/>.</returns>
    public int WriteTo(Span<byte> destination)
    {
        var writer = new PackedWriter(destination);
        writer.WriteByte(PackedVersion);
        writer.WriteByte((byte)(_seen ? 1 : 0));
        writer.WriteUnsigned((ulong)_count);
        foreach (ref readonly var membership in _memberships.AsSpan(0, _count))
        {
            writer.WriteText(membership.Id);
            writer.WriteByte((byte)((membership.Doubts << 1) | (membership.Inside ? 1 : 0)));
            writer.WriteSigned(membership.DoubtMs);
        }
        return writer.Length;
    }

    /// <exception cref="InvalidDataException"><see cref="WriteTo"/> did not write this.</exception>
    public static FenceMemberships Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        reader.ExpectVersion(PackedVersion);
        var memberships = new FenceMemberships { _seen = reader.ReadByte() != 0 };
        var count = reader.ReadCount(Capacity);
        for (var i = 0; i < count; i++)
        {
            var id = reader.ReadText(GeofenceFile.IdMaxCharacters * 3);
            var state = reader.ReadByte();
            memberships._memberships[memberships._count++] = new Membership
            {
                Id = id,
                Ordinal = -1,
                Inside = (state & 1) != 0,
                Doubts = (byte)Math.Min(state >> 1, FixesToBelieve - 1),
                DoubtMs = FixGrid.Clamp(reader.ReadSigned()),
            };
        }
        return memberships;
    }
}
