namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// How far from the median a window reaches, by horizon: the untrained window times a learned factor for each side, interpolated between the buckets'
/// centres, so that a window does not jump where one bucket ends. Immutable.
/// </summary>
sealed class ErrorBands
{
    public static readonly ErrorBands Untrained = new(Ones(), Ones());

    readonly float[] _early;
    readonly float[] _late;

    /// <summary>Factors of the untrained window, one a bucket, more than 0.</summary>
    public ErrorBands(float[] early, float[] late)
    {
        _early = early;
        _late = late;
    }

    public (double EarlySeconds, double LateSeconds) At(double horizonSeconds)
    {
        var bucket = ArrivalHorizons.BucketOf(horizonSeconds);
        var other = horizonSeconds < ArrivalHorizons.CentreSeconds(bucket) ? Math.Max(0, bucket - 1) : Math.Min(_early.Length - 1, bucket + 1);
        var centre = ArrivalHorizons.CentreSeconds(bucket);
        var span = ArrivalHorizons.CentreSeconds(other) - centre;
        var share = span == 0 ? 0 : Math.Clamp((horizonSeconds - centre) / span, 0, 1);
        return (
            ArrivalHorizons.DefaultEarlySeconds(horizonSeconds) * (_early[bucket] + ((_early[other] - _early[bucket]) * share)),
            ArrivalHorizons.DefaultLateSeconds(horizonSeconds) * (_late[bucket] + ((_late[other] - _late[bucket]) * share)));
    }

    static float[] Ones()
    {
        var ones = new float[ArrivalHorizons.UpperSeconds.Length];
        Array.Fill(ones, 1f);
        return ones;
    }
}
