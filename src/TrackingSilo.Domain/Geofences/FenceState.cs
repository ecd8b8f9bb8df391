using System.Runtime.CompilerServices;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// Where one vehicle stands with the fences around it after some fix: a fold over believed fixes in the order of their time. Mutable.
/// <para>
/// It goes in with the second of two fixes in a row that lie in the fence (by the rule's enter margin), and out with the second of two in a row that lie beyond its border by more than
/// the exit margin, if the rule's minimum stay lies between the first and the last of them; a fix between changes nothing, and a poorer one than
/// <see cref="UsableAccuracyMetres"/> is no evidence either way. So a bus on a border stays where it was. An edge has the time at which the straight way between two fixes crossed the
/// border.
/// </para>
/// </summary>
sealed class FenceState
{
    /// <summary>A fix that is less accurate than that neither enters nor leaves.</summary>
    public const float UsableAccuracyMetres = 100;

    /// <summary>Fixes in a row on the other side, until the vehicle is believed to be there.</summary>
    public const int FixesToBelieve = 2;

    public const int PackedMaxBytes = 64 + (FenceMemberships.Capacity * FenceMembership.PackedMaxBytes);

    // After a longer gap the way between two fixes is anything but straight.
    const long StraightMs = 120_000;

    // A sixteenth of a second on the longest straight way, a metre or two.
    const int Halvings = 11;

    // Farther beyond a border nothing is in doubt.
    const double SureMetres = 500;

    // Of a plane's normal errors 68 % lie within 1.515 deviations; a logistic curve of this slope is nearly their distribution (Bowling et al. 2009).
    const double DeviationsPerAccuracy = 1.515;
    const double LogisticSlope = 1.702;

    FenceMembership[] _memberships = [];
    int _count;
    Fix _last;
    bool _any;

    /// <summary>A usable fix has been seen: what it lies in from now on, it has come into.</summary>
    public bool Any => _any;

    /// <summary>The last usable fix; of no meaning before the first.</summary>
    public ref readonly Fix Last => ref _last;

    public Span<FenceMembership> Memberships => _memberships.AsSpan(0, _count);

    /// <summary>Takes the next fix. True when nothing happened but that the vehicle has moved.</summary>
    public bool Next(GeofenceIndex index, in Fix fix, List<FenceEvent> events)
    {
        if (fix.AccuracyMetres > UsableAccuracyMetres)
            return true;
        Span<int> hits = stackalloc int[FenceMemberships.Capacity];
        hits = hits[..index.Find(fix.Place, hits)];
        var quiet = true;
        for (var i = _count - 1; i >= 0; i--)
        {
            ref var membership = ref _memberships[i];
            var hit = hits.Contains(membership.Ordinal);
            // That is nearly every fix.
            if (hit && membership is { Inside: true, Dwelled: true, CrossedMs: FenceMembership.Never })
                continue;
            quiet &= Judge(i, hit, index, fix, events);
        }
        foreach (var ordinal in hits)
        {
            if (!Knows(ordinal))
                quiet &= Begin(ordinal, index, fix);
        }
        if (index.TellsCrossings && _any)
            quiet &= Cross(index, fix, events);
        MovedTo(fix);
        return quiet;
    }

    /// <summary>What <see cref="Next"/> does with a fix that is known to be quiet.</summary>
    public void MovedTo(in Fix fix)
    {
        if (fix.AccuracyMetres > UsableAccuracyMetres)
            return;
        _last = fix;
        _any = true;
    }

    /// <summary>Time has passed without a fix: stays that have become long enough.</summary>
    public void Dwell(GeofenceIndex index, long nowMs, List<FenceEvent> events)
    {
        foreach (ref var membership in Memberships)
        {
            if (DwellsAt(index, membership) is { } due && due <= nowMs)
                TellDwell(ref membership, due, events);
        }
    }

    /// <summary>When the next stay will have been long enough, if no fix comes; null: none.</summary>
    public long? NextDwell(GeofenceIndex index)
    {
        long? next = null;
        foreach (ref readonly var membership in Memberships)
        {
            if (DwellsAt(index, membership) is { } due && !(next <= due))
                next = due;
        }
        return next;
    }

    public void CopyFrom(FenceState other)
    {
        if (_memberships.Length < other._count)
            _memberships = new FenceMembership[other._memberships.Length];
        Memberships.Clear();
        other.Memberships.CopyTo(_memberships);
        (_count, _last, _any) = (other._count, other._last, other._any);
    }

    /// <summary>Whether another state has the same memberships.</summary>
    public bool IsSameAs(FenceState other)
    {
        if (_count != other._count || _any != other._any)
            return false;
        for (var i = 0; i < _count; i++)
        {
            if (!_memberships[i].IsSameAs(other._memberships[i]))
                return false;
        }
        return true;
    }

    /// <summary>It is in a fence, without having come into it.</summary>
    public void IsFoundIn(Geofence fence, int ordinal, long ms)
    {
        if (_count == FenceMemberships.Capacity)
            return;
        Add(new FenceMembership { Id = fence.Id, Ordinal = ordinal, Fingerprint = fence.Fingerprint, Inside = true, Dwelled = fence.Rule.Dwell is null, CrossedMs = FenceMembership.Never, EnteredMs = ms, DoubtError = 1 });
    }

    public bool Knows(int ordinal)
    {
        foreach (ref readonly var membership in Memberships)
        {
            if (membership.Ordinal == ordinal)
                return true;
        }
        return false;
    }

    public void RemoveAt(int i)
    {
        Memberships[(i + 1)..].CopyTo(_memberships.AsSpan(i));
        _memberships[--_count] = default;
    }

    /// <summary>Answers whether nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool Judge(int i, bool hit, GeofenceIndex index, in Fix fix, List<FenceEvent> events)
    {
        ref var membership = ref _memberships[i];
        if (hit && membership.Inside)
            return Stay(ref membership, index, fix, events);
        if (!hit && !membership.Inside)
        {
            // It was seen inside, and not for long enough.
            if (index[membership.Ordinal].Rule.TellsCrossings && membership.Doubts > 0)
                events.Add(Event(membership.Id, FenceEventKind.Crossed, membership.CrossedMs, 1 - membership.DoubtError));
            RemoveAt(i);
            return false;
        }
        var rule = index[membership.Ordinal].Rule;
        var quiet = membership.CrossedMs != FenceMembership.Never;
        if (!quiet)
            membership.CrossedMs = CrossingMs(index, membership.Ordinal, fix, nowInside: hit);
        var beyond = index.MetresBeyond(membership.Ordinal, fix.Place, SureMetres);
        if (hit ? -beyond < rule.EnterMarginMetres : beyond <= Math.Max(rule.ExitMarginMetres, 2 * AccuracyOf(fix)))
            return quiet;
        Doubt(ref membership, Math.Abs(beyond), fix);
        if (membership.Doubts < FixesToBelieve || FixGrid.Milliseconds(fix) - membership.DoubtMs < rule.MinimumStay.TotalMilliseconds)
            return false;
        if (hit)
            Enter(ref membership, index, fix, events);
        else
            Exit(i, rule, events);
        return false;
    }

    static bool Stay(ref FenceMembership membership, GeofenceIndex index, in Fix fix, List<FenceEvent> events)
    {
        var quiet = membership.CrossedMs == FenceMembership.Never;
        membership.CrossedMs = FenceMembership.Never;
        membership.Doubts = 0;
        if (DwellsAt(index, membership) is not { } due || due > FixGrid.Milliseconds(fix))
            return quiet;
        TellDwell(ref membership, due, events);
        return false;
    }

    static void Enter(ref FenceMembership membership, GeofenceIndex index, in Fix fix, List<FenceEvent> events)
    {
        events.Add(Event(membership.Id, FenceEventKind.Entered, membership.CrossedMs, 1 - membership.DoubtError));
        membership.Inside = true;
        membership.EnteredMs = membership.CrossedMs;
        membership.Dwelled = index[membership.Ordinal].Rule.Dwell is null;
        Stay(ref membership, index, fix, events);
    }

    void Exit(int i, FenceRule rule, List<FenceEvent> events)
    {
        ref var membership = ref _memberships[i];
        if (rule.Dwell is { } dwell)
        {
            var due = membership.EnteredMs + (long)dwell.TotalMilliseconds;
            if (!membership.Dwelled && due <= membership.CrossedMs)
                TellDwell(ref membership, due, events);
            else if (membership.Dwelled && due > membership.CrossedMs)
                events.Add(Event(membership.Id, FenceEventKind.Dwelled, due, 1) with { IsRetraction = true }); // it was silence that spoke for it
        }
        events.Add(Event(membership.Id, FenceEventKind.Exited, membership.CrossedMs, 1 - membership.DoubtError));
        RemoveAt(i);
    }

    static void Doubt(ref FenceMembership membership, double metresBeyond, in Fix fix)
    {
        if (membership.Doubts == 0)
            (membership.DoubtMs, membership.DoubtError) = (FixGrid.Milliseconds(fix), 1);
        membership.Doubts = (byte)Math.Min(membership.Doubts + 1, FixesToBelieve);
        membership.DoubtError *= (float)(1 / (1 + Math.Exp(LogisticSlope * DeviationsPerAccuracy * metresBeyond / AccuracyOf(fix))));
    }

    bool Begin(int ordinal, GeofenceIndex index, in Fix fix)
    {
        // Full: the newest ones wait until there is room.
        if (_count == FenceMemberships.Capacity)
            return true;
        var fence = index[ordinal];
        if (!_any)
        {
            IsFoundIn(fence, ordinal, FixGrid.Milliseconds(fix));
            return false;
        }
        Add(new FenceMembership
        {
            Id = fence.Id, Ordinal = ordinal, Fingerprint = fence.Fingerprint, CrossedMs = CrossingMs(index, ordinal, fix, nowInside: true), DoubtError = 1,
        });
        ref var membership = ref _memberships[_count - 1];
        var beyond = index.MetresBeyond(ordinal, fix.Place, SureMetres);
        if (-beyond >= fence.Rule.EnterMarginMetres)
            Doubt(ref membership, Math.Abs(beyond), fix);
        return false;
    }

    /// <summary>Fences that tell crossings, and that the straight way from the last fix to this one went through, with neither of them inside.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool Cross(GeofenceIndex index, in Fix fix, List<FenceEvent> events)
    {
        if (FixGrid.Milliseconds(fix) - FixGrid.Milliseconds(_last) > StraightMs)
            return true;
        Span<int> crossed = stackalloc int[FenceMemberships.Capacity];
        Span<double> shares = stackalloc double[FenceMemberships.Capacity];
        var count = index.FindCrossed(_last.Place, fix.Place, crossed, shares);
        var quiet = true;
        for (var i = 0; i < count; i++)
        {
            if (Knows(crossed[i]) || index.Holds(crossed[i], _last.Place))
                continue;
            var ms = FixGrid.Milliseconds(_last) + (long)(shares[i] * (FixGrid.Milliseconds(fix) - FixGrid.Milliseconds(_last)));
            // Half, for a straight line is a guess.
            events.Add(Event(index[crossed[i]].Id, FenceEventKind.Crossed, ms, 0.5f));
            quiet = false;
        }
        return quiet;
    }

    long CrossingMs(GeofenceIndex index, int ordinal, in Fix fix, bool nowInside)
    {
        var ms = FixGrid.Milliseconds(fix);
        if (!_any || index.Holds(ordinal, _last.Place) == nowInside)
            return ms;
        var lastMs = FixGrid.Milliseconds(_last);
        var east = fix.Place.Longitude - _last.Place.Longitude;
        if (ms - lastMs > StraightMs || Math.Abs(east) > 180)
            return ms;
        var (before, after) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (before + after) / 2;
            var place = GeoPoint.Create(
                _last.Place.Latitude + (middle * (fix.Place.Latitude - _last.Place.Latitude)), Math.Clamp(_last.Place.Longitude + (middle * east), -180, 180));
            if (index.Holds(ordinal, place) == nowInside)
                after = middle;
            else
                before = middle;
        }
        return lastMs + (long)(after * (ms - lastMs));
    }

    static long? DwellsAt(GeofenceIndex index, in FenceMembership membership)
        => membership is { Inside: true, Dwelled: false, CrossedMs: FenceMembership.Never, Ordinal: >= 0 } && index[membership.Ordinal].Rule.Dwell is { } dwell
            ? membership.EnteredMs + (long)dwell.TotalMilliseconds
            : null;

    static void TellDwell(ref FenceMembership membership, long dueMs, List<FenceEvent> events)
    {
        membership.Dwelled = true;
        events.Add(Event(membership.Id, FenceEventKind.Dwelled, dueMs, 1));
    }

    static FenceEvent Event(string id, FenceEventKind kind, long ms, float confidence)
        => new(id, kind, DateTimeOffset.FromUnixTimeMilliseconds(FixGrid.Clamp(ms)), confidence, false);

    static double AccuracyOf(in Fix fix) => fix.AccuracyMetres >= 0 ? Math.Max(1, fix.AccuracyMetres) : FixWindow.UsualAccuracyMetres;

    public void Add(in FenceMembership membership)
    {
        if (_count == _memberships.Length)
            Array.Resize(ref _memberships, Math.Max(2, _count * 2));
        _memberships[_count++] = membership;
    }

    /// <summary>Finds its fences in another index. One that is not there is forgotten.</summary>
    public void Name(GeofenceIndex index)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (!index.TryFind(_memberships[i].Id, out _memberships[i].Ordinal))
                RemoveAt(i);
        }
    }

    public void WriteTo(ref PackedWriter writer)
    {
        WriteLastTo(ref writer);
        writer.WriteUnsigned((ulong)_count);
        foreach (ref readonly var membership in Memberships)
            membership.WriteTo(ref writer);
    }

    public void WriteLastTo(ref PackedWriter writer)
    {
        writer.WriteByte((byte)(_any ? 1 : 0));
        if (!_any)
            return;
        var ring = new FixRing(1);
        ring.Insert(0, _last);
        FixGrid.Write(ref writer, ring, 0);
    }

    public void Read(ref PackedReader reader)
    {
        ReadLast(ref reader);
        for (var left = reader.ReadCount(FenceMemberships.Capacity); left > 0; left--)
            Add(FenceMembership.Read(ref reader));
    }

    public void ReadLast(ref PackedReader reader)
    {
        _any = reader.ReadByte() != 0;
        if (!_any)
            return;
        var ring = new FixRing(1);
        FixGrid.Read(ref reader, ring, 1);
        _last = ring.Count > 0 ? ring[0] : throw new InvalidDataException("A packed fence state has no last fix.");
    }
}
