namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// What is known of our own errors, by horizon: how much later than reckoned vehicles usually come, and how far from there a window reaches. In units of the untrained window, so that buckets can be
/// compared. Each bucket's values hold at one horizon, that of its errors; between those they change evenly, so that a window does not jump where one bucket ends. Immutable.
/// </summary>
sealed class ErrorBands(ErrorBand[] bands)
{
    public static readonly ErrorBands Untrained = new([.. Enumerable.Range(0, ArrivalHorizons.UpperSeconds.Length).Select(ErrorBand.Untrained)]);

    // A bucket's errors weigh against the untrained window, which counts as much as so many, until they are enough to stand alone.
    const double PriorCount = 20;
    const double EnoughToStandAlone = 200;
    const double FactorMin = 0.05;
    const double FactorMax = 20;

    /// <summary>
    /// Each bucket's own errors beside the untrained window. The fewer it has, the more it leans on its neighbours, and where they have none either, on the untrained window.
    /// </summary>
    public static ErrorBands From(ReadOnlySpan<ErrorHistory> errors)
    {
        var own = new ErrorBand[errors.Length];
        for (var bucket = 0; bucket < own.Length; bucket++)
        {
            own[bucket] = ErrorBand.Untrained(bucket);
            if (errors[bucket].Count == 0)
                continue;
            var horizon = ArrivalHorizons.WithinBucket(bucket, errors[bucket].HorizonSeconds);
            var (median, early, late) = errors[bucket].Reach();
            own[bucket] = new ErrorBand(
                horizon,
                Math.Clamp(median / ArrivalHorizons.DefaultLateSeconds(horizon), -FactorMax, FactorMax),
                Math.Clamp(early / ArrivalHorizons.DefaultEarlySeconds(horizon), FactorMin, FactorMax),
                Math.Clamp(late / ArrivalHorizons.DefaultLateSeconds(horizon), FactorMin, FactorMax));
        }
        var blended = new ErrorBand[own.Length];
        for (var bucket = 0; bucket < own.Length; bucket++)
            blended[bucket] = Blend(own, errors, bucket);
        return new ErrorBands(blended);
    }

    static ErrorBand Blend(ReadOnlySpan<ErrorBand> own, ReadOnlySpan<ErrorHistory> errors, int bucket)
    {
        double count = errors[bucket].Count;
        var leaning = Math.Max(0, 1 - (count / EnoughToStandAlone));
        var weight = (PriorCount * leaning) + count;
        var shift = count * own[bucket].Shift;
        var early = (PriorCount * leaning) + (count * own[bucket].Early);
        var late = (PriorCount * leaning) + (count * own[bucket].Late);
        for (var other = 0; other < own.Length; other++)
        {
            if (other == bucket)
                continue;
            // A neighbour counts at most twice the untrained window, and each one farther a quarter of the one before.
            var nearness = leaning * Math.Min(errors[other].Count, 2 * PriorCount) * Math.Pow(0.25, Math.Abs(other - bucket) - 1);
            weight += nearness;
            shift += nearness * own[other].Shift;
            early += nearness * own[other].Early;
            late += nearness * own[other].Late;
        }
        return own[bucket] with { Shift = shift / weight, Early = early / weight, Late = late / weight };
    }

    public (double ShiftSeconds, double EarlySeconds, double LateSeconds) At(double horizonSeconds)
    {
        var bucket = ArrivalHorizons.BucketOf(horizonSeconds);
        var nearest = bands[bucket];
        var other = bands[horizonSeconds < nearest.HorizonSeconds ? Math.Max(0, bucket - 1) : Math.Min(bands.Length - 1, bucket + 1)];
        var span = other.HorizonSeconds - nearest.HorizonSeconds;
        var share = span == 0 ? 0 : Math.Clamp((horizonSeconds - nearest.HorizonSeconds) / span, 0, 1);
        var (early, late) = (ArrivalHorizons.DefaultEarlySeconds(horizonSeconds), ArrivalHorizons.DefaultLateSeconds(horizonSeconds));
        return (
            late * (nearest.Shift + ((other.Shift - nearest.Shift) * share)),
            early * (nearest.Early + ((other.Early - nearest.Early) * share)),
            late * (nearest.Late + ((other.Late - nearest.Late) * share)));
    }
}

/// <summary>One bucket's values, and the horizon at which they hold.</summary>
/// <param name="Shift">Usual lateness as a share of <see cref="ArrivalHorizons.DefaultLateSeconds"/>; negative: vehicles come earlier than reckoned.</param>
/// <param name="Early">Factor, more than 0, of <see cref="ArrivalHorizons.DefaultEarlySeconds"/>.</param>
/// <param name="Late">Factor, more than 0, of <see cref="ArrivalHorizons.DefaultLateSeconds"/>.</param>
readonly record struct ErrorBand(double HorizonSeconds, double Shift, double Early, double Late)
{
    public static ErrorBand Untrained(int bucket) => new(ArrivalHorizons.CentreSeconds(bucket), 0, 1, 1);
}
