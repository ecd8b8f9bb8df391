namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// How far from the median a window reaches, by horizon: the untrained window times a learned factor for each side. Each bucket's factors hold at one horizon, that of its
/// errors; between those they change evenly, so that a window does not jump where one bucket ends. Immutable.
/// </summary>
sealed class ErrorBands(ErrorBand[] bands)
{
    public static readonly ErrorBands Untrained = new([.. Enumerable.Range(0, ArrivalHorizons.UpperSeconds.Length).Select(ErrorBand.Untrained)]);

    public (double EarlySeconds, double LateSeconds) At(double horizonSeconds)
    {
        var bucket = ArrivalHorizons.BucketOf(horizonSeconds);
        var nearest = bands[bucket];
        var other = bands[horizonSeconds < nearest.HorizonSeconds ? Math.Max(0, bucket - 1) : Math.Min(bands.Length - 1, bucket + 1)];
        var span = other.HorizonSeconds - nearest.HorizonSeconds;
        var share = span == 0 ? 0 : Math.Clamp((horizonSeconds - nearest.HorizonSeconds) / span, 0, 1);
        return (
            ArrivalHorizons.DefaultEarlySeconds(horizonSeconds) * (nearest.Early + ((other.Early - nearest.Early) * share)),
            ArrivalHorizons.DefaultLateSeconds(horizonSeconds) * (nearest.Late + ((other.Late - nearest.Late) * share)));
    }
}

/// <summary>One bucket's factors of the untrained window, each more than 0, and the horizon at which they hold.</summary>
readonly record struct ErrorBand(double HorizonSeconds, double Early, double Late)
{
    public static ErrorBand Untrained(int bucket) => new(ArrivalHorizons.CentreSeconds(bucket), 1, 1);
}
