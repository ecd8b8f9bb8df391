using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>What the judge makes of the next fix by time.</summary>
enum Belief : byte
{
    Believed,
    Rejected,

    /// <summary>The last of so many that agree with each other: all of them are believed, and what rejected them no more.</summary>
    Replaces,
}

/// <summary>Decides, one fix after the other in the order of their time, which ones are where the vehicle can have been. Mutable.</summary>
sealed class FixJudge
{
    /// <summary>So many rejected fixes that agree with each other replace what rejected them.</summary>
    public const int RunToReplace = 5;

    Fix _last;
    bool _any;
    Fix[] _run = [];
    int _runCount;

    /// <summary>Whether any fix has been believed.</summary>
    public bool Any => _any;

    /// <summary>The fix believed last.</summary>
    public ref readonly Fix Last => ref _last;

    public Belief Next(in Fix fix)
    {
        if (!_any || IsPlausible(_last, fix))
        {
            Believe(fix);
            return Belief.Believed;
        }
        if (_runCount > 0 && !IsPlausible(_run[_runCount - 1], fix))
            _runCount = 0;
        if (_runCount == RunToReplace - 1)
        {
            Believe(fix);
            return Belief.Replaces;
        }
        if (_run.Length == 0)
            _run = new Fix[RunToReplace - 1];
        _run[_runCount++] = fix;
        return Belief.Rejected;
    }

    public void CopyFrom(FixJudge other)
    {
        (_last, _any, _runCount) = (other._last, other._any, other._runCount);
        if (_runCount > 0 && _run.Length == 0)
            _run = new Fix[RunToReplace - 1];
        other._run.AsSpan(0, _runCount).CopyTo(_run);
    }

    /// <summary>What <see cref="Load"/> reads: the fix believed last and the rejected ones after it; empty before the first fix.</summary>
    public FixRing ToRing()
    {
        var ring = new FixRing(RunToReplace);
        if (_any)
            ring.Insert(0, _last);
        for (var i = 0; i < _runCount; i++)
            ring.Insert(i + 1, _run[i]);
        return ring;
    }

    public void Load(FixRing ring)
    {
        for (var i = 0; i < ring.Count; i++)
            Next(ring[i]);
    }

    void Believe(in Fix fix)
    {
        _last = fix;
        _any = true;
        _runCount = 0;
    }

    /// <summary>Whether something on wheels gets from one to the other in time, as far as both know where they are. A second is allowed for rounded clocks.</summary>
    public static bool IsPlausible(in Fix earlier, in Fix later)
    {
        var seconds = Math.Max(1, (later.At - earlier.At).TotalSeconds);
        var reach = (FixWindow.TopSpeedMetresPerSecond * seconds) + Accuracy(earlier) + Accuracy(later);
        // A square that surely lies within reach spares the trigonometry for nearly all.
        var sure = reach * 0.7 / GeoPoint.MetresPerDegree;
        return (Math.Abs(earlier.Place.Latitude - later.Place.Latitude) < sure && Math.Abs(earlier.Place.Longitude - later.Place.Longitude) < sure)
            || earlier.Place.DistanceMetresTo(later.Place) <= reach;
    }

    static double Accuracy(in Fix fix) => fix.AccuracyMetres >= 0 ? fix.AccuracyMetres : FixWindow.UsualAccuracyMetres;
}
