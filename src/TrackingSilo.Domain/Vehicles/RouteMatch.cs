using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>How well one fix fits one leg of a plan.</summary>
/// <param name="Leg">The leg that ends at stop <c>Leg</c>; 1 or more.</param>
/// <param name="Cost">Distance to the leg as a share of what is allowed there: 0 on it, 1 at the edge of belief.</param>
/// <param name="Along">Metres along the route of the place on the leg that is nearest to the fix.</param>
readonly record struct RouteMatch(int Leg, double Cost, double Along)
{
    /// <summary>A fix may be this far off a leg: a street's width, and what city receivers err.</summary>
    public const double NearMetres = 60;

    // Roads bend: a long leg may be left by this share of its length, up to a limit.
    const double BendShare = 0.2;
    const double BendMaxMetres = 400;

    // A vehicle that points the other way is on the way back.
    const double WrongWayCost = 1;
    const double WrongWayCosine = -0.342020143; // of 110 degrees
    const double WrongWayLegMetres = 100;

    public static RouteMatch Of(RoutePlan plan, int leg, in Sighting seen)
    {
        var start = seen.Plane.Project(plan.PlaceOf(leg - 1));
        var end = seen.Plane.Project(plan.PlaceOf(leg));
        var share = PlanePoint.NearestShare(start, end);
        var length = plan.LegMetres(leg);
        var cost = PlanePoint.Between(start, end, share).Length / (seen.Radius + Math.Min(BendMaxMetres, length * BendShare));
        if (seen.HasHeading && length >= WrongWayLegMetres && IsWrongWay(seen.Heading, end - start))
            cost += WrongWayCost;
        return new RouteMatch(leg, cost, plan.MetresAt(leg - 1) + (share * length));
    }

    static bool IsWrongWay(PlanePoint heading, PlanePoint direction)
        => (heading.East * direction.East) + (heading.North * direction.North) < WrongWayCosine * direction.Length;
}
