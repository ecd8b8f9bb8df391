using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Push.Fleet;

/// <summary>The part of the map that a fleet page shows, in degrees. East may be less than west: across the antimeridian.</summary>
public sealed record FleetArea(double South, double West, double North, double East)
{
    public bool IsValid => double.IsFinite(South) && double.IsFinite(West) && double.IsFinite(North) && double.IsFinite(East) && South <= North;

    public bool Holds(GeoPoint place)
        => place.Latitude >= South && place.Latitude <= North
            && (East - West >= 360 || (West <= East ? place.Longitude >= West && place.Longitude <= East : place.Longitude >= West || place.Longitude <= East));
}
