using System.Diagnostics;

namespace TrackingSilo.Push;

/// <summary>
/// From an actor's word to the write on a viewer's connection, over the last minute or two: counts in buckets that each are a fifth wider than the one before, in two halves of which the older is
/// forgotten. Ticks are part of it, the network is not.
/// </summary>
public sealed class PushLatency
{
    const double Growth = 1.2;
    const int Buckets = 64; // to some 110 s
    static readonly TimeSpan s_half = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    long[] _present = new long[Buckets];
    long[] _past = new long[Buckets];
    long _since = Stopwatch.GetTimestamp();

    /// <summary>Half of the writes took no longer; null: there were none.</summary>
    public double? P50Ms => Percentile(0.5);

    public double? P99Ms => Percentile(0.99);

    internal void Add(long since)
    {
        var milliseconds = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        var bucket = milliseconds <= 1 ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(milliseconds) / Math.Log(Growth)));
        lock (_gate)
        {
            TurnOver();
            _present[bucket]++;
        }
    }

    double? Percentile(double share)
    {
        lock (_gate)
        {
            TurnOver();
            var left = (_present.Sum() + _past.Sum()) * share;
            for (var bucket = 0; bucket < Buckets && left > 0; bucket++)
            {
                left -= _present[bucket] + _past[bucket];
                if (left <= 0)
                    return Math.Round(Math.Pow(Growth, bucket));
            }
            return null;
        }
    }

    void TurnOver()
    {
        var halves = Stopwatch.GetElapsedTime(_since) / s_half;
        if (halves < 1)
            return;
        (_past, _present) = (_present, _past);
        Array.Clear(_present);
        if (halves >= 2)
            Array.Clear(_past);
        _since = Stopwatch.GetTimestamp();
    }
}
