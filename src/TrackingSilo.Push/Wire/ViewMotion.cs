using System.Collections.Immutable;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Push.Wire;

/// <summary>
/// What of a view moves with the van: all that <c>moved</c> says. It is said whole each time and what is missing is gone, so a page that has any version since the last other change
/// can put it in the place of its own.
/// </summary>
sealed record ViewMotion(ArrivalEstimate? Arrival, int? StopsAway, GeoPoint? VehiclePlace, int? VehicleWithinMetres, DateTimeOffset? VehicleSeenAt, bool? VehicleSilent)
{
    public static ViewMotion Of(ShipmentView view)
        => new(view.Arrival, view.StopsAway, view.VehiclePlace, view.VehicleWithinMetres, view.VehicleSeenAt, view.VehicleSilent ? true : null);

    /// <summary>Whether nothing else differs. A property that this does not know counts as something else, so the answer errs towards the whole view.</summary>
    public static bool IsAllThatDiffers(ShipmentView before, ShipmentView after)
        => after == before with
        {
            Arrival = after.Arrival,
            StopsAway = after.StopsAway,
            VehiclePlace = after.VehiclePlace,
            VehicleWithinMetres = after.VehicleWithinMetres,
            VehicleSeenAt = after.VehicleSeenAt,
            VehicleSilent = after.VehicleSilent,
            // Lists are made anew for each view: records compare them by identity.
            Timeline = Same(before.Timeline, after.Timeline),
            Milestones = Same(before.Milestones, after.Milestones),
            PossibleInstructions = Same(before.PossibleInstructions, after.PossibleInstructions),
        };

    static ImmutableArray<T> Same<T>(ImmutableArray<T> before, ImmutableArray<T> after) => before.AsSpan().SequenceEqual(after.AsSpan()) ? after : before;
}
