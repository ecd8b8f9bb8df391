namespace TrackingSilo.LoadTests.Latency;

/// <summary>Milliseconds in buckets that grow by a fiftieth: percentiles within 2 %, in constant memory, from many threads.</summary>
sealed class Histogram
{
    const double Growth = 1.02;
    static readonly double s_log = Math.Log(Growth);

    readonly long[] _counts = new long[700]; // to some ten minutes

    public void Add(double milliseconds)
        => Interlocked.Increment(ref _counts[milliseconds <= 1 ? 0 : Math.Min(_counts.Length - 1, (int)Math.Ceiling(Math.Log(milliseconds) / s_log))]);

    public long Count => _counts.Sum();

    public double Percentile(double share)
    {
        var left = Math.Max(1, (long)Math.Ceiling(Count * share));
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0)
                return Math.Round(Math.Pow(Growth, bucket), 1);
        }
        return 0; // nothing was measured
    }

    public void Clear() => Array.Clear(_counts);
}
