using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// The newest errors of one horizon bucket, and the share on each side that a window has to leave out now. The shares follow adaptive conformal inference (Gibbs and
/// Candès 2021, "Adaptive Conformal Inference Under Distribution Shift", eq. 2): α ← α + γ (α* − missed), so that in the long run the windows miss α* of the arrivals
/// on each side, whatever the errors do. Mutable, for one thread.
/// </summary>
/// <remarks>
/// Errors are taken at most one every <see cref="SpacingSeconds"/> of event time. Windows change once a minute and the errors of one minute are much alike (one jam, one vehicle's many stops), so a
/// large fleet would else drive out the day's errors within minutes, and move the shares from one end to the other before a window could answer.
/// </remarks>
sealed class ErrorHistory
{
    /// <summary>Enough for a 5 % quantile to rest on 25 errors. At the closest spacing they are of the last hour and a half.</summary>
    public const int Kept = 512;

    public const int SpacingSeconds = 10;

    // How fast the shares move: some minutes in which all miss on one side go from the target to the widest window, an hour without a miss brings it back.
    const float Gamma = 0.02f;
    const float MissMax = 0.45f;

    // A clock that goes back by more than this has been set.
    const long ClockSetSeconds = 3600;

    readonly float[] _errors = new float[Kept];
    readonly float _targetMiss;
    float _missEarly;
    float _missLate;
    int _next;
    long _takenAt = long.MinValue / 2;

    /// <summary>A window is to miss this share of the arrivals on each side.</summary>
    public ErrorHistory(float targetMiss) => _targetMiss = _missEarly = _missLate = targetMiss;

    public int Count { get; private set; }

    /// <summary>Mean of the horizons at which the errors were made; 0 before the first.</summary>
    public float HorizonSeconds { get; private set; }

    /// <param name="unixSeconds">When the truth came (event time).</param>
    /// <returns>False: too soon after the one before.</returns>
    public bool Add(float horizonSeconds, float errorSeconds, WindowOutcome outcome, long unixSeconds)
    {
        if (unixSeconds < _takenAt + SpacingSeconds && unixSeconds > _takenAt - ClockSetSeconds)
            return false;
        _takenAt = unixSeconds;
        _errors[_next] = errorSeconds;
        _next = (_next + 1) % Kept;
        Count = Math.Min(Kept, Count + 1);
        HorizonSeconds += (horizonSeconds - HorizonSeconds) / Count;
        _missEarly = Moved(_missEarly, outcome == WindowOutcome.CameBefore);
        _missLate = Moved(_missLate, outcome == WindowOutcome.CameAfter);
        return true;
    }

    float Moved(float share, bool missed) => Math.Clamp(share + (Gamma * (_targetMiss - (missed ? 1 : 0))), -_targetMiss, MissMax);

    /// <summary>The errors' median, and how many seconds before and after it a window has to reach, by these errors alone. Only with at least one.</summary>
    public (double Median, double Early, double Late) Reach()
    {
        Span<float> sorted = stackalloc float[Kept];
        sorted = sorted[..Count];
        _errors.AsSpan(0, Count).CopyTo(sorted);
        sorted.Sort();
        var median = Quantile(sorted, 0.5, fromTop: false);
        return (median, median - Quantile(sorted, _missEarly, fromTop: false), Quantile(sorted, _missLate, fromTop: true) - median);
    }

    /// <summary>The error that a share of <paramref name="miss"/> lies beyond, with the one step more that a finite sample needs; below 0, farther out than all.</summary>
    static double Quantile(ReadOnlySpan<float> sorted, double miss, bool fromTop)
    {
        var rank = (miss * (sorted.Length + 1)) - 1;
        if (rank < 0)
        {
            var outermost = fromTop ? sorted[^1] : sorted[0];
            return outermost + ((fromTop ? 1 : -1) * Math.Abs(outermost) * Math.Min(1, -rank) * 0.5);
        }
        var below = Math.Min((int)rank, sorted.Length - 1);
        var above = Math.Min(below + 1, sorted.Length - 1);
        var share = rank - below;
        return fromTop
            ? sorted[^(below + 1)] + ((sorted[^(above + 1)] - sorted[^(below + 1)]) * share)
            : sorted[below] + ((sorted[above] - sorted[below]) * share);
    }

    public void WriteTo(ref PackedWriter writer)
    {
        writer.WriteUnsigned((ulong)Count);
        // Oldest first, so that reading them again fills the ring in the same order.
        for (var i = 0; i < Count; i++)
            writer.WriteSingle(_errors[(_next - Count + i + Kept) % Kept]);
        writer.WriteSingle(HorizonSeconds);
        writer.WriteSingle(_missEarly);
        writer.WriteSingle(_missLate);
        writer.WriteSigned(_takenAt);
    }

    public void Read(ref PackedReader reader)
    {
        Count = reader.ReadCount(Kept);
        for (var i = 0; i < Count; i++)
            _errors[i] = reader.ReadSingle() is var error && float.IsFinite(error) ? error : 0;
        _next = Count % Kept;
        HorizonSeconds = reader.ReadSingle() is var horizon && float.IsFinite(horizon) ? horizon : 0;
        _missEarly = Share(reader.ReadSingle());
        _missLate = Share(reader.ReadSingle());
        _takenAt = Math.Clamp(reader.ReadSigned(), long.MinValue / 2, long.MaxValue / 2);
    }

    float Share(float value) => value >= -_targetMiss && value <= MissMax ? value : _targetMiss;
}
