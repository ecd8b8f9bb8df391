using System.Runtime.CompilerServices;
using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// The fences that one vehicle is in, and what happened at them. Mutable, for one thread.
/// <para>
/// What is true is a fold (<see cref="FenceState"/>) over the believed fixes in the order of their time. Two states of it are kept: after the newest fix, and before the oldest in the window. A fix in
/// order takes the first one step further. Where the window was rewritten, the fold is made again from the second, and what it tells is compared with what was told: events that are no more are
/// taken back, and those that are new are told with their own time. So for fixes that are late within the window the events that stand do not depend on the order of arrival.
/// </para>
/// <para>
/// Where it is when it is seen first, or when a fence is new around it, is state and no event. A fence that is gone, or is another one now, is left at once. From then on what was
/// decided before is settled: a later fix of an earlier time does not ask for fences that were.
/// </para>
/// </summary>
public sealed class FenceMemberships
{
    /// <summary>Fences that one vehicle is, or may soon be, in. Fences overlap by threes (district, hub, yard), not by dozens.</summary>
    public const int Capacity = 16;

    /// <summary>Events told whose fixes are still in the window: more than two minutes bring; the oldest are settled first.</summary>
    public const int RecentMax = 32;

    /// <summary>An upper bound of what <see cref="WriteTo"/> needs, for fence ids of at most <see cref="GeofenceFile.IdMaxCharacters"/> characters.</summary>
    public const int PackedMaxBytes = 48 + (2 * FenceState.PackedMaxBytes) + (RecentMax * FenceEvents.PackedMaxBytes) + FenceWalk.PackedMaxBytes;

    const byte PackedVersion = 2;
    const byte FirstPackedVersion = 1;

    readonly FenceState _present = new();
    readonly FenceState _before = new();
    readonly List<FenceEvent> _recent = [];
    readonly List<FenceEvent> _scratch = [];
    FenceWalk? _walk;
    GeofenceIndex? _index;

    // Fixes up to then are settled.
    long _settledMs = long.MinValue;

    // The last time at which silence was taken into account.
    long _silentMs = long.MinValue;

    /// <summary>Number of fences that it is in.</summary>
    public int Count
    {
        get
        {
            var inside = 0;
            foreach (ref readonly var membership in _present.Memberships)
                inside += membership.Inside ? 1 : 0;
            return inside;
        }
    }

    /// <summary>Ids of the fences that it is in.</summary>
    public IEnumerable<string> Inside => _present.Memberships.ToArray().Where(membership => membership.Inside).Select(membership => membership.Id);

    /// <summary>Events told that stand, and that a late fix may still disprove; settled ones leave at some time.</summary>
    public IReadOnlyList<FenceEvent> Recent => _recent;

    public bool IsIn(string fenceId)
    {
        foreach (ref readonly var membership in _present.Memberships)
        {
            if (membership.Inside && membership.Id == fenceId)
                return true;
        }
        return false;
    }

    /// <summary>The fence that it has been in for the longest time; false where it is in none that <paramref name="index"/> knows.</summary>
    public bool TryGetFirst(GeofenceIndex index, out Geofence fence)
    {
        foreach (ref readonly var membership in _present.Memberships)
        {
            if (!membership.Inside || !index.TryFind(membership.Id, out var ordinal))
                continue;
            fence = index[ordinal];
            return true;
        }
        fence = null!;
        return false;
    }

    /// <summary>Takes what the window's last <see cref="FixWindow.Add"/> changed, and adds what follows to <paramref name="events"/>.</summary>
    /// <param name="index">The fences in force; another one than last time may be given at any time.</param>
    /// <param name="window">After an <c>Add</c> that changed something.</param>
    /// <param name="events">Retractions come before what takes their place.</param>
    public void Update(GeofenceIndex index, FixWindow window, List<FenceEvent> events)
    {
        var newest = window.NewestBelieved();
        if (!ReferenceEquals(_index, index))
            Refence(index, window, newest >= 0 ? window[newest].At : _present.Last.At, events);
        if (window.Change == WindowChange.Appended)
        {
            var already = events.Count;
            if (_present.Any && FixGrid.Milliseconds(window[newest]) - FixGrid.Milliseconds(_present.Last) > FenceWalk.GapMs)
                (_walk ??= new FenceWalk()).Begin(_present, FixGrid.Milliseconds(window[newest]));
            window.SetQuiet(newest, _present.Next(index, window[newest], events));
            if (events.Count > already)
                Remember(events, already);
        }
        else if (window.Change == WindowChange.Rewritten)
        {
            Refold(index, window, events);
        }
    }

    /// <summary>
    /// A fix of before the window: if nothing is known of its time, because coverage was lost, what happened then is told now. Each such stretch is walked once, in the order of time.
    /// </summary>
    public void Walk(in Fix fix, List<FenceEvent> events)
    {
        if (_walk is not null && _index is not null)
            _walk.Step(_index, FixGrid.Snap(fix), events);
    }

    /// <summary>
    /// Other fences may be in force than before: those that are gone or are others now are left, and those that are new around the vehicle it is in, without an event. To be called
    /// when fences change, also for a vehicle that is silent, and after <see cref="Read"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Refence(GeofenceIndex index, FixWindow window, DateTimeOffset at, List<FenceEvent> events)
    {
        var before = _index;
        if (ReferenceEquals(before, index))
            return;
        _index = index;
        var newest = LastFolded(window);
        var ms = newest >= 0 ? FixGrid.Milliseconds(window[newest]) : long.MinValue;
        var changed = Close(index, at, events) || _settledMs == long.MaxValue;
        if (before is not null && newest >= 0)
            changed |= FindAround(before, index, window[newest], ms);
        _before.Name(index);
        if (!changed)
            return;
        _settledMs = ms;
        _before.CopyFrom(_present);
        _recent.Clear();
    }

    // The fix that was just appended is judged after this.
    static int LastFolded(FixWindow window)
    {
        var i = window.NewestBelieved();
        if (window.Change != WindowChange.Appended)
            return i;
        do
            i--;
        while (i >= 0 && !window.IsBelieved(i));
        return i;
    }

    bool Close(GeofenceIndex index, DateTimeOffset at, List<FenceEvent> events)
    {
        var changed = false;
        for (var i = _present.Memberships.Length - 1; i >= 0; i--)
        {
            ref var membership = ref _present.Memberships[i];
            if (index.TryFind(membership.Id, out membership.Ordinal) && (membership.Fingerprint == 0 || index[membership.Ordinal].Fingerprint == membership.Fingerprint))
            {
                membership.Fingerprint = index[membership.Ordinal].Fingerprint;
                continue;
            }
            changed = true;
            if (membership.Inside)
                events.Add(new FenceEvent(membership.Id, FenceEventKind.Exited, DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()), 1, false));
            _present.RemoveAt(i);
        }
        return changed;
    }

    bool FindAround(GeofenceIndex before, GeofenceIndex index, in Fix newest, long ms)
    {
        Span<int> hits = stackalloc int[Capacity];
        var changed = false;
        foreach (var ordinal in hits[..index.Find(newest.Place, hits)])
        {
            var fence = index[ordinal];
            var isNew = !before.TryFind(fence.Id, out var old) || before[old].Fingerprint != fence.Fingerprint;
            if (!isNew || _present.Knows(ordinal))
                continue;
            _present.IsFoundIn(fence, ordinal, ms);
            changed = true;
        }
        return changed;
    }

    /// <summary>A believed fix leaves the window: the state before the oldest moves on.</summary>
    internal void Leave(in Fix fix, bool quiet)
    {
        if (FixGrid.Milliseconds(fix) <= _settledMs)
            return;
        if (quiet || _index is not { } index)
            _before.MovedTo(fix);
        else
            Settle(index, fix);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Settle(GeofenceIndex index, in Fix fix)
    {
        _scratch.Clear();
        _before.Next(index, fix, _scratch);
        foreach (var settled in _scratch)
            Forget(settled);
    }

    /// <summary>No fix has come, and it is the vehicle that is silent: stays that have become long enough.</summary>
    public void Silence(DateTimeOffset now, List<FenceEvent> events)
    {
        if (_index is not { } index)
            return;
        var already = events.Count;
        _silentMs = now.ToUnixTimeMilliseconds();
        _present.Dwell(index, _silentMs, events);
        Remember(events, already);
    }

    /// <summary>When <see cref="Silence"/> has something to say; null: never.</summary>
    public DateTimeOffset? NextDueAt() => _index is { } index && _present.NextDwell(index) is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(FixGrid.Clamp(due)) : null;

    /// <summary>The fold again, from before the oldest fix of the window, and what is different.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Refold(GeofenceIndex index, FixWindow window, List<FenceEvent> events)
    {
        _scratch.Clear();
        _present.CopyFrom(_before);
        for (var i = 0; i < window.Count; i++)
        {
            if (window.IsBelieved(i) && FixGrid.Milliseconds(window[i]) > _settledMs)
                window.SetQuiet(i, _present.Next(index, window[i], _scratch));
        }
        if (_silentMs > long.MinValue)
            _present.Dwell(index, _silentMs, _scratch);
        foreach (var told in _recent)
        {
            if (!Holds(_scratch, told))
                events.Add(told with { IsRetraction = true });
        }
        foreach (var happened in _scratch)
        {
            if (!Holds(_recent, happened))
                events.Add(happened);
        }
        _recent.Clear();
        Remember(_scratch, 0);
    }

    static bool Holds(List<FenceEvent> events, in FenceEvent wanted)
    {
        foreach (var known in events)
        {
            if (known.IsSameAs(wanted))
                return true;
        }
        return false;
    }

    void Remember(List<FenceEvent> events, int first)
    {
        for (var i = first; i < events.Count; i++)
        {
            if (events[i].IsRetraction)
            {
                Forget(events[i]);
                continue;
            }
            if (_recent.Count == RecentMax)
                _recent.RemoveAt(0);
            _recent.Add(events[i]);
        }
    }

    void Forget(in FenceEvent settled)
    {
        for (var i = 0; i < _recent.Count; i++)
        {
            if (_recent[i].IsSameAs(settled))
            {
                _recent.RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>Reads what the next fix will read of its own, and changes nothing.</summary>
    public long Warm() => _settledMs + _recent.Count;

    /// <summary>Packs what belongs to the fixes that <see cref="FixWindow.WriteTo"/> packs of the same window.</summary>
    /// <returns>Bytes written, at most <see cref="PackedMaxBytes"/>; some 40 for a vehicle in one fence.</returns>
    public int WriteTo(FixWindow window, Span<byte> destination)
    {
        var before = Before(window);
        var isSame = before.IsSameAs(_present);
        var writer = new PackedWriter(destination);
        writer.WriteByte(PackedVersion);
        writer.WriteByte((byte)(isSame ? 1 : 0));
        writer.WriteSigned(_settledMs);
        writer.WriteSigned(_silentMs);
        _present.WriteTo(ref writer);
        if (isSame)
            before.WriteLastTo(ref writer);
        else
            before.WriteTo(ref writer);
        FenceEvents.Write(ref writer, _recent);
        writer.WriteByte((byte)(_walk is null ? 0 : 1));
        _walk?.WriteTo(ref writer);
        return writer.Length;
    }

    FenceState Before(FixWindow window)
    {
        if (window.FirstPacked == 0)
            return _before;
        var before = new FenceState();
        before.CopyFrom(_before);
        for (var i = 0; i < window.FirstPacked; i++)
        {
            if (!window.IsBelieved(i) || FixGrid.Milliseconds(window[i]) <= _settledMs)
                continue;
            if (window.IsQuiet(i) || _index is null)
                before.MovedTo(window[i]);
            else
                before.Next(_index, window[i], []);
        }
        return before;
    }

    /// <exception cref="InvalidDataException"><see cref="WriteTo"/> did not write this.</exception>
    public static FenceMemberships Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        var memberships = new FenceMemberships();
        var version = reader.ReadByte();
        if (version == FirstPackedVersion)
        {
            memberships.ReadFirstVersion(ref reader);
            return memberships;
        }
        if (version != PackedVersion)
            throw new InvalidDataException($"Packed fences are of version {version}, this program reads {FirstPackedVersion} and {PackedVersion}.");
        var isSame = reader.ReadByte() != 0;
        memberships._settledMs = reader.ReadSigned();
        memberships._silentMs = reader.ReadSigned();
        memberships._present.Read(ref reader);
        if (isSame)
        {
            memberships._before.CopyFrom(memberships._present);
            memberships._before.ReadLast(ref reader);
        }
        else
        {
            memberships._before.Read(ref reader);
        }
        FenceEvents.Read(ref reader, memberships._recent, RecentMax);
        if (reader.ReadByte() != 0)
            (memberships._walk = new FenceWalk()).Read(ref reader);
        return memberships;
    }

    // It had one state, by fence id and side; what it had told is settled.
    void ReadFirstVersion(ref PackedReader reader)
    {
        reader.ReadByte();
        for (var left = reader.ReadCount(Capacity); left > 0; left--)
        {
            var id = reader.ReadText(GeofenceFile.IdMaxCharacters * 3);
            var isInside = (reader.ReadByte() & 1) != 0;
            var ms = FixGrid.Clamp(reader.ReadSigned());
            if (isInside)
                _present.Add(new FenceMembership { Id = id, Ordinal = -1, Inside = true, Dwelled = true, CrossedMs = FenceMembership.Never, EnteredMs = ms, DoubtError = 1 });
        }
        _before.CopyFrom(_present);
        _settledMs = long.MaxValue;
    }
}
