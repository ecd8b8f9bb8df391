using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>A place on the route with its time: from where what comes next is judged. <see cref="Along"/> is in metres along the route, less than 0 on the way to the first stop.</summary>
readonly record struct RouteAnchor(GeoPoint Place, double Along, long Ms)
{
    // Streets are longer than straight lines, and fixes are off: how much route may lie behind a vehicle that has moved one metre.
    const double RouteMetresPerMetre = 1.6;
    const double SlackMetres = 150;

    // What a vehicle may cover while nobody sees it, wherever it comes out.
    const double UnseenMetresPerSecond = 12;

    // Faster than that nothing follows a route of stops (144 km/h).
    const double RouteTopSpeed = 40;

    /// <summary>The share of a planned service that the hastiest visit takes.</summary>
    public const double HastyShare = 0.3;

    /// <summary>For a stop to which the plan gives no time.</summary>
    public const double UnplannedServiceSeconds = 20;

    /// <summary>
    /// Whether the vehicle can have come from here, along the route, to <paramref name="along"/>: it has moved far enough for so much route, or was unseen long
    /// enough, and had time for the way and for the stops on it. That is what keeps a van that drives by the far end of its tour from jumping there.
    /// </summary>
    public bool Explains(double along, in Sighting seen, double serviceSeconds)
    {
        var route = along - Along;
        var seconds = (seen.Ms - Ms) / 1000.0;
        // One that is polled every few minutes is as good as unseen since the anchor.
        var unseen = seen.IsSparse ? Math.Max(seconds, seen.UnseenMs / 1000.0) : seen.UnseenMs / 1000.0;
        var reach = Math.Max(RouteMetresPerMetre * seen.MetresTo(Place), UnseenMetresPerSecond * unseen);
        return route <= reach + SlackMetres && seconds >= (route / RouteTopSpeed) + (HastyShare * serviceSeconds);
    }

    public void WriteTo(ref PackedWriter writer)
    {
        writer.WriteDouble(Place.Latitude);
        writer.WriteDouble(Place.Longitude);
        writer.WriteDouble(Along);
        writer.WriteSigned(Ms);
    }

    public static RouteAnchor Read(ref PackedReader reader)
        => GeoPoint.TryCreate(reader.ReadDouble(), reader.ReadDouble(), out var place)
            ? new RouteAnchor(place, reader.ReadDouble(), reader.ReadSigned())
            : throw new InvalidDataException("A packed place is none.");
}
