using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// A plan's legs and stops in learned seconds, as running sums: made once for a plan and a model (both immutable), then any stretch of it is one subtraction. Immutable.
/// </summary>
public sealed class RouteTimes
{
    readonly float[] _travelSeconds;

    internal RouteTimes(RoutePlan plan, float[] travelSeconds, double headSecondsPerMetre, double unplannedServiceSeconds)
    {
        Plan = plan;
        _travelSeconds = travelSeconds;
        HeadSecondsPerMetre = headSecondsPerMetre;
        UnplannedServiceSeconds = unplannedServiceSeconds;
    }

    public RoutePlan Plan { get; }

    /// <summary>For the metres from the vehicle to its next stop.</summary>
    public double HeadSecondsPerMetre { get; }

    /// <summary>What a stop takes to which the plan gives no time.</summary>
    public double UnplannedServiceSeconds { get; }

    /// <summary>Learned seconds of driving from one stop to a later one, without the service at any.</summary>
    public double TravelSecondsBetween(int from, int to) => _travelSeconds[to] - _travelSeconds[from];

    /// <summary>Seconds until the vehicle reaches a stop, by its progress: driving as fast as it drives today, and the service on the way. 0 for a stop that is done.</summary>
    public double SecondsTo(int stop, RouteProgress progress, VehiclePace pace)
    {
        if (stop < progress.NextStop)
            return 0;
        var head = progress.RemainingMetresTo(progress.NextStop) * HeadSecondsPerMetre;
        var driving = head + TravelSecondsBetween(progress.NextStop, stop);
        return (driving * pace.Factor) + progress.RemainingServiceSecondsTo(stop, UnplannedServiceSeconds);
    }

    /// <summary>
    /// That part of <see cref="SecondsTo"/> which a fix on the way changes, the same for every stop behind the next one: seconds to the next stop, less what has passed of the
    /// service there.
    /// </summary>
    public double HeadSeconds(RouteProgress progress, double paceFactor)
        => (progress.RemainingMetresTo(progress.NextStop) * HeadSecondsPerMetre * paceFactor) - progress.ServedSeconds(UnplannedServiceSeconds);

    /// <summary>The other part of <see cref="SecondsTo"/>, which is the same until the next stop is another: from there on.</summary>
    public double SecondsBehindNext(int stop, RouteProgress progress, double paceFactor)
        => (TravelSecondsBetween(progress.NextStop, stop) * paceFactor) + progress.Plan.ServiceSecondsBetween(progress.NextStop, stop, UnplannedServiceSeconds);
}
