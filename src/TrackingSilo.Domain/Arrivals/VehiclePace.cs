namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// How fast a vehicle is today beside what was expected of it: an exponentially weighted mean of the logarithm of (actual / expected) time, in which one long stop or one lucky
/// stretch counts no more than three times too slow or too fast. <c>default</c>: nothing is known, as expected.
/// </summary>
/// <param name="MeanLog">The mean.</param>
/// <param name="Seconds">How many expected seconds it rests on; at most <see cref="MemorySeconds"/>.</param>
public readonly record struct VehiclePace(float MeanLog, float Seconds)
{
    /// <summary>What is longer ago than so much driving hardly counts.</summary>
    public const float MemorySeconds = 3600;

    // So much observed time counts as much as the assumption that the vehicle is like all others.
    const float PriorSeconds = 1800;
    const double LogMax = 1.1;

    // How much of today's pace lasts: most of what holds a vehicle up is behind it when it is seen. Found on recorded city buses, where 0.3 is best at every horizon and 1 worse than none.
    const double Lasting = 0.3;

    /// <summary>What expected times are to be multiplied with, ⅓ to 3.</summary>
    public double Factor
    {
        get
        {
            var factor = Math.Exp(Lasting * MeanLog * Seconds / (Seconds + PriorSeconds));
            // Written so that NaN, from bytes that were not ours, fails.
            return factor is >= 1 / 3.01 and <= 3.01 ? factor : 1;
        }
    }

    /// <summary>The pace after one more stretch. Stretches that say nothing (no time, no number) change nothing.</summary>
    public VehiclePace Observe(double expectedSeconds, double actualSeconds)
    {
        if (expectedSeconds is not (> 1 and < 86_400) || actualSeconds is not (> 0 and < 864_000))
            return this;
        var log = Math.Clamp(Math.Log(actualSeconds / expectedSeconds), -LogMax, LogMax);
        var kept = Math.Min(Seconds, MemorySeconds - Math.Min(expectedSeconds, MemorySeconds / 2));
        var total = kept + expectedSeconds;
        return new VehiclePace((float)(((MeanLog * kept) + (log * expectedSeconds)) / total), (float)Math.Min(MemorySeconds, total));
    }
}
