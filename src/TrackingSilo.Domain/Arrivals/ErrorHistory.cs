using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// The newest errors of one horizon bucket, and the share on each side that a window has to leave out now. The shares follow adaptive conformal inference (Gibbs and
/// Candès 2021, "Adaptive Conformal Inference Under Distribution Shift", eq. 2): α ← α + γ (α* − missed), so that in the long run the windows miss α* of the arrivals
/// on each side, whatever the errors do. Mutable, for one thread.
/// </summary>
sealed class ErrorHistory
{
    /// <summary>Enough for a 5 % quantile to rest on 25 errors; few enough to follow a new season within days.</summary>
    public const int Kept = 512;

    // How fast the shares move: a run of ten misses doubles the pace of widening, a quiet day undoes it.
    const float Gamma = 0.01f;
    const float MissMax = 0.45f;

    readonly float[] _errors = new float[Kept];
    readonly float _targetMiss;
    float _missEarly;
    float _missLate;
    int _next;

    /// <summary>A window is to miss this share of the arrivals on each side.</summary>
    public ErrorHistory(float targetMiss) => _targetMiss = _missEarly = _missLate = targetMiss;

    public int Count { get; private set; }

    /// <summary>Mean of the horizons at which the errors were made; 0 before the first.</summary>
    public float HorizonSeconds { get; private set; }

    public void Add(float horizonSeconds, float errorSeconds, bool inWindow)
    {
        _errors[_next] = errorSeconds;
        _next = (_next + 1) % Kept;
        Count = Math.Min(Kept, Count + 1);
        HorizonSeconds += (horizonSeconds - HorizonSeconds) / Count;
        var early = !inWindow && errorSeconds < 0 ? 1 : 0;
        var late = !inWindow && errorSeconds >= 0 ? 1 : 0;
        _missEarly = Math.Clamp(_missEarly + (Gamma * (_targetMiss - early)), -_targetMiss, MissMax);
        _missLate = Math.Clamp(_missLate + (Gamma * (_targetMiss - late)), -_targetMiss, MissMax);
    }

    /// <summary>How many seconds before the median, and after it, the window has to reach by these errors alone. Only with at least one.</summary>
    public (double Early, double Late) Reach()
    {
        Span<float> sorted = stackalloc float[Kept];
        sorted = sorted[..Count];
        _errors.AsSpan(0, Count).CopyTo(sorted);
        sorted.Sort();
        return (-Quantile(sorted, _missEarly, fromTop: false), Quantile(sorted, _missLate, fromTop: true));
    }

    /// <summary>The error that a share of <paramref name="miss"/> lies beyond, with the one step more that a finite sample needs; below 0, farther out than all.</summary>
    static double Quantile(ReadOnlySpan<float> sorted, float miss, bool fromTop)
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
    }

    float Share(float value) => value >= -_targetMiss && value <= MissMax ? value : _targetMiss;
}
