using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>
/// The believed fixes of a vehicle's last two minutes of event time, and the judge of the next one. Mutable, for one thread.
/// <para>
/// Fixes are kept, and compared, at the resolution of their packed form: 1e-7 degrees (about a centimetre), a millisecond, a tenth of a metre of accuracy. So a
/// window that was written and read judges as the one before, with one exception: it then holds the newest <see cref="PackedFixes"/> at most, and what is
/// older is <see cref="FixVerdict.TooLate"/>.
/// </para>
/// </summary>
public sealed class FixWindow
{
    /// <summary>The most fixes kept: one a second for two minutes.</summary>
    public const int Capacity = 128;

    /// <summary>The newest fixes that survive packing: a minute at the usual rate of one in 5 s and twice that, in about 300 bytes.</summary>
    public const int PackedFixes = 24;

    /// <summary>An upper bound of what <see cref="WriteTo"/> needs.</summary>
    public const int PackedMaxBytes = 16 + ((PackedFixes + JumpsKept) * 7 * PackedWriter.NumberMaxBytes);

    /// <summary>How far back, in event time, a fix may be and still count.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(2);

    /// <summary>How far a device's clock may be ahead of the log's: as much as clocks without time service differ.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(2);

    /// <summary>Nothing on wheels that delivers is faster (252 km/h).</summary>
    public const double TopSpeedMetresPerSecond = 70;

    /// <summary>A radius in which a village lies: cell-tower fixes say nothing about stops or fences.</summary>
    public const float UselessAccuracyMetres = 500;

    /// <summary>Stands in for an accuracy that was not sent: an ordinary receiver between houses.</summary>
    public const float UsualAccuracyMetres = 20;

    /// <summary>So many rejected fixes that agree with each other replace what rejected them.</summary>
    public const int JumpsKept = 5;

    const byte PackedVersion = 1;

    readonly FixRing _fixes = new(Capacity);

    // Rejected for where they were, ordered by time, each plausible after the one before.
    readonly FixRing _jumps = new(JumpsKept);

    // Newest instant that was dropped for want of room: whether an older fix is known can no longer be said.
    long _forgottenMs = long.MinValue;

    public int Count => _fixes.Count;

    /// <summary>Oldest first.</summary>
    public ref readonly Fix this[int i] => ref _fixes[i];

    /// <summary>The newest believed fix; false before the first.</summary>
    public bool TryGetNewest(out Fix fix)
    {
        fix = Count > 0 ? _fixes[Count - 1] : default;
        return Count > 0;
    }

    /// <summary>What <see cref="Add"/> would answer; changes nothing.</summary>
    public FixVerdict Judge(in Fix fix, DateTimeOffset recordTime) => Decide(FixGrid.Snap(fix), recordTime, out _);

    /// <summary>
    /// Judges a fix. <see cref="FixVerdict.Accepted"/>: it is the newest now. <see cref="FixVerdict.Late"/>: it was put in its place by time. Any other
    /// verdict leaves the window as it was, but for the memory of rejected places: when five of them in a row agree with each other, they replace the
    /// window, and the last is Accepted. Only then may the newest fix be one of an earlier time than before.
    /// </summary>
    public FixVerdict Add(in Fix fix, DateTimeOffset recordTime)
    {
        var snapped = FixGrid.Snap(fix);
        var verdict = Decide(snapped, recordTime, out var decision);
        switch (decision)
        {
            case Decision.Keep:
                Keep(snapped);
                if (verdict == FixVerdict.Accepted)
                    _jumps.Clear();
                break;
            case Decision.RememberJump:
                RememberJump(snapped);
                break;
            case Decision.Restart:
                RestartFromJumps(snapped);
                break;
        }
        return verdict;
    }

    enum Decision : byte
    {
        Drop,
        Keep,
        RememberJump,
        Restart,
    }

    FixVerdict Decide(in Fix fix, DateTimeOffset recordTime, out Decision decision)
    {
        decision = Decision.Drop;
        if (fix.At - recordTime > FutureTolerance)
            return FixVerdict.FromTheFuture;
        if (fix.AccuracyMetres > UselessAccuracyMetres)
            return FixVerdict.Inaccurate;
        if (fix.SpeedMetresPerSecond > TopSpeedMetresPerSecond)
            return FixVerdict.ImplausibleJump;
        if (Count == 0)
        {
            decision = Decision.Keep;
            return FixVerdict.Accepted;
        }
        if (_fixes[Count - 1].At - fix.At > Span || FixGrid.Milliseconds(fix) <= _forgottenMs || (Count == Capacity && fix.At < _fixes[0].At))
            return FixVerdict.TooLate;
        var index = _fixes.IndexFor(fix);
        if (_fixes.HasTwin(fix, index) || _jumps.HasTwin(fix, _jumps.IndexFor(fix)))
            return FixVerdict.Duplicate;
        if ((index == 0 || Plausible(_fixes[index - 1], fix)) && (index == Count || Plausible(fix, _fixes[index])))
        {
            decision = Decision.Keep;
            return index == Count ? FixVerdict.Accepted : FixVerdict.Late;
        }
        if (JumpsAgreeWith(fix))
        {
            decision = Decision.Restart;
            return FixVerdict.Accepted;
        }
        decision = Decision.RememberJump;
        return FixVerdict.ImplausibleJump;
    }

    void Keep(in Fix fix)
    {
        if (Count == Capacity)
        {
            _forgottenMs = FixGrid.Milliseconds(_fixes[0]);
            _fixes.RemoveOldest(1);
        }
        _fixes.Insert(_fixes.IndexFor(fix), fix);
        var outdated = 0;
        while (_fixes[Count - 1].At - _fixes[outdated].At > Span)
            outdated++;
        _fixes.RemoveOldest(outdated);
    }

    bool JumpsAgreeWith(in Fix fix)
        => _jumps.Count >= JumpsKept - 1
            && _jumps.IndexFor(fix) == _jumps.Count
            && Plausible(_jumps[_jumps.Count - 1], fix);

    void RememberJump(in Fix fix)
    {
        var index = _jumps.IndexFor(fix);
        var agrees = (index == 0 || Plausible(_jumps[index - 1], fix)) && (index == _jumps.Count || Plausible(fix, _jumps[index]));
        if (!agrees)
        {
            _jumps.Clear();
            index = 0;
        }
        else if (_jumps.Count == JumpsKept)
        {
            if (index == 0)
                return;
            _jumps.RemoveOldest(1);
            index--;
        }
        _jumps.Insert(index, fix);
    }

    void RestartFromJumps(in Fix fix)
    {
        _fixes.Clear();
        _forgottenMs = long.MinValue;
        for (var i = 0; i < _jumps.Count; i++)
            Keep(_jumps[i]);
        Keep(fix);
        _jumps.Clear();
    }

    /// <summary>Whether something on wheels gets from one to the other in time, as far as both know where they are. A second is allowed for rounded clocks.</summary>
    static bool Plausible(in Fix earlier, in Fix later)
    {
        var seconds = Math.Max(1, (later.At - earlier.At).TotalSeconds);
        var reach = (TopSpeedMetresPerSecond * seconds) + Accuracy(earlier) + Accuracy(later);
        // A square that surely lies within reach spares the trigonometry for nearly all.
        var sure = reach * 0.7 / GeoPoint.MetresPerDegree;
        return (Math.Abs(earlier.Place.Latitude - later.Place.Latitude) < sure && Math.Abs(earlier.Place.Longitude - later.Place.Longitude) < sure)
            || earlier.Place.DistanceMetresTo(later.Place) <= reach;
    }

    static double Accuracy(in Fix fix) => fix.AccuracyMetres >= 0 ? fix.AccuracyMetres : UsualAccuracyMetres;

    /// <summary>Packs the newest <see cref="PackedFixes"/>.</summary>
    /// <returns>Bytes written, at most <see cref="PackedMaxBytes"/>; about 13 a fix.</returns>
    public int WriteTo(Span<byte> destination)
    {
        var writer = new PackedWriter(destination);
        writer.WriteByte(PackedVersion);
        var first = Math.Max(0, Count - PackedFixes);
        var forgotten = first > 0 ? FixGrid.Milliseconds(_fixes[first - 1]) : _forgottenMs;
        writer.WriteSigned(forgotten);
        FixGrid.Write(ref writer, _fixes, first);
        FixGrid.Write(ref writer, _jumps, 0);
        return writer.Length;
    }

    /// <exception cref="InvalidDataException"><see cref="WriteTo"/> did not write this.</exception>
    public static FixWindow Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        reader.ExpectVersion(PackedVersion);
        var window = new FixWindow { _forgottenMs = reader.ReadSigned() };
        FixGrid.Read(ref reader, window._fixes, PackedFixes);
        FixGrid.Read(ref reader, window._jumps, JumpsKept);
        return window;
    }
}
