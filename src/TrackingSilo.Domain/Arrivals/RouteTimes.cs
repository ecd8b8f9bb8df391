using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// A plan's legs and stops in learned seconds, as running sums: made once for a plan and a model (both immutable), then any stretch of it is one subtraction. Immutable.
/// </summary>
public sealed class RouteTimes
{
    // A vehicle that is seen earlier than that before its start is not waiting for it, or the plan is of another day.
    const double LongestWaitSeconds = 4 * 3600;

    const double LegMinMetres = 30;

    readonly float[] _travelSeconds;

    internal RouteTimes(RoutePlan plan, float[] travelSeconds, double headSecondsPerMetre, double unplannedServiceSeconds)
    {
        Plan = plan;
        _travelSeconds = travelSeconds;
        HeadSecondsPerMetre = headSecondsPerMetre;
        UnplannedServiceSeconds = unplannedServiceSeconds;
    }

    public RoutePlan Plan { get; }

    /// <summary>For the metres from the vehicle to its next stop, where it is on no leg of the plan.</summary>
    public double HeadSecondsPerMetre { get; }

    /// <summary>What a stop takes to which the plan gives no time.</summary>
    public double UnplannedServiceSeconds { get; }

    /// <summary>Learned seconds of driving from one stop to a later one, without the service at any.</summary>
    public double TravelSecondsBetween(int from, int to) => _travelSeconds[to] - _travelSeconds[from];

    /// <summary>
    /// Seconds from its newest fix until the vehicle reaches a stop, by its progress: driving at today's pace, and the service on the way. From the first stop it does not leave before the plan's time:
    /// a bus waits for its timetable, a van for its shift. 0 for a stop that is done.
    /// </summary>
    /// <param name="paceFactor">What learned times are to be multiplied with: <see cref="VehiclePace.Factor"/>.</param>
    /// <param name="seenAt">Event time of the newest fix.</param>
    public double SecondsTo(int stop, RouteProgress progress, double paceFactor, DateTimeOffset seenAt)
    {
        var next = progress.NextStop;
        if (stop < next)
            return 0;
        var head = progress.RemainingMetresTo(next) * HeadSecondsPerMetreTo(next);
        var driving = head + TravelSecondsBetween(next, stop);
        var seconds = (driving * paceFactor) + progress.RemainingServiceSecondsTo(stop, UnplannedServiceSeconds);
        if (next == 0 && stop > 0 && Plan.StartsAt is { } start)
            seconds += Math.Clamp((start - seenAt).TotalSeconds - (head * paceFactor), 0, LongestWaitSeconds);
        return seconds;
    }

    /// <summary>
    /// That part of <see cref="SecondsTo"/> which a fix on the way changes, the same for every stop behind the next one: seconds to the next stop, less what has passed of the
    /// service there. Not a number before a planned start, where it is not the same.
    /// </summary>
    public double HeadSeconds(RouteProgress progress, double paceFactor, DateTimeOffset seenAt)
        => progress.NextStop == 0 && Plan.StartsAt > seenAt
            ? double.NaN
            : (progress.RemainingMetresTo(progress.NextStop) * HeadSecondsPerMetreTo(progress.NextStop) * paceFactor) - progress.ServedSeconds(UnplannedServiceSeconds);

    /// <summary>The other part of <see cref="SecondsTo"/>, which is the same until the next stop is another: from there on.</summary>
    public double SecondsBehindNext(int stop, RouteProgress progress, double paceFactor)
        => (TravelSecondsBetween(progress.NextStop, stop) * paceFactor) + progress.Plan.ServiceSecondsBetween(progress.NextStop, stop, UnplannedServiceSeconds);

    // On a leg that was learned, as fast as there.
    double HeadSecondsPerMetreTo(int next)
        => next > 0 && next < Plan.Count && Plan.LegMetres(next) >= LegMinMetres ? TravelSecondsBetween(next - 1, next) / Plan.LegMetres(next) : HeadSecondsPerMetre;
}
