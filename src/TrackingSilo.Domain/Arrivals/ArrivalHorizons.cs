namespace TrackingSilo.Domain.Arrivals;

/// <summary>Buckets of "how long before the arrival was it said", and the window that an untrained system gives in each.</summary>
public static class ArrivalHorizons
{
    /// <summary>Upper ends in seconds; what is longer belongs to the last.</summary>
    public static ReadOnlySpan<int> UpperSeconds => [180, 360, 600, 900, 1200, 1500, 1800, 2700, 3600, 7200, 14_400, 43_200];

    /// <summary>The bucket of a horizon; NaN and what is negative belong to the first.</summary>
    public static int BucketOf(double horizonSeconds)
    {
        var bucket = 0;
        while (bucket < UpperSeconds.Length - 1 && horizonSeconds > UpperSeconds[bucket])
            bucket++;
        return bucket;
    }

    internal static double CentreSeconds(int bucket) => (LowerSeconds(bucket) + UpperSeconds[bucket]) / 2.0;

    internal static double WithinBucket(int bucket, double horizonSeconds) => Math.Clamp(horizonSeconds, LowerSeconds(bucket), UpperSeconds[bucket]);

    static double LowerSeconds(int bucket) => bucket == 0 ? 0 : UpperSeconds[bucket - 1];

    /// <summary>
    /// Before anything was learned: a minute and a quarter of the horizon early, two minutes and half the horizon late. Wider than couriers' own
    /// one-hour windows at two hours out: nothing is known yet, and an honest window says so.
    /// </summary>
    internal static double DefaultEarlySeconds(double horizonSeconds) => 60 + (0.25 * horizonSeconds);

    /// <inheritdoc cref="DefaultEarlySeconds"/>
    internal static double DefaultLateSeconds(double horizonSeconds) => 120 + (0.5 * horizonSeconds);
}
