using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Milestones;

/// <summary>Whether what a recipient was told of the countdown still holds. A milestone is decided once and not unsaid; where the van went elsewhere, the view says so.</summary>
public static class Countdown
{
    // More than the order of neighbours' doors, or a traffic light, brings.
    const int StopsOfGrace = 2;
    const double MinutesShare = 2;
    const double MinutesOfGrace = 5;

    /// <summary>A van that has left the stop may have delivered: its scan takes this long at most.</summary>
    static readonly TimeSpan ScanGrace = TimeSpan.FromMinutes(15);

    /// <summary>The van is clearly farther away than was told, no longer has the parcel, or has gone by without a scan.</summary>
    public static bool IsTakenBack(Shipment shipment, DateTimeOffset now)
    {
        if (shipment.Standing.Status != ShipmentStatus.OutForDelivery)
            return false;
        var outSince = shipment.Standing.Because!.OccurredAt;
        var coming = shipment.Followed;
        foreach (var told in shipment.Milestones)
        {
            if (!told.Missed && told.Key.LegScanId == shipment.Standing.LegScanId && told.At >= outSince && IsWrong(told.Key.Kind, coming, now))
                return true;
        }
        return false;
    }

    static bool IsWrong(MilestoneKind told, VehicleProgress? coming, DateTimeOffset now)
        => CountdownRungs.All.FirstOrDefault(rung => rung.Kind == told) is { } rung && (HasGone(coming, now) || rung.Measure switch
        {
            RungMeasure.Stops => coming!.StopsAway > rung.Within + StopsOfGrace,
            RungMeasure.Minutes => IsBeyond(rung.Within, coming!, now),
            _ => false,
        });

    static bool HasGone(VehicleProgress? coming, DateTimeOffset now) => coming is not { Assigned: true } || now - coming.DoneAt > ScanGrace;

    static bool IsBeyond(double minutes, VehicleProgress coming, DateTimeOffset now)
        => coming is { DoneAt: null, Arrival: { } arrival } && (arrival.Median - now).TotalMinutes > (MinutesShare * minutes) + MinutesOfGrace;
}
