namespace TrackingSilo.Domain.Geography;

/// <summary>
/// A flat map around one place: metres east and north of it (equirectangular projection, one cosine for all). For distances within some 50 km, where it is
/// wrong by less than a thousandth; never for geofences, whose answers are exact.
/// </summary>
public readonly struct LocalPlane
{
    readonly double _metresPerDegreeEast;

    public LocalPlane(GeoPoint centre)
    {
        Centre = centre;
        _metresPerDegreeEast = GeoPoint.MetresPerDegree * Math.Cos(centre.Latitude * (Math.PI / 180));
    }

    public GeoPoint Centre { get; }

    /// <summary>Metres east and north of <see cref="Centre"/>, the shorter way around the Earth.</summary>
    public PlanePoint Project(GeoPoint place)
    {
        var degreesEast = place.Longitude - Centre.Longitude;
        if (degreesEast > 180)
            degreesEast -= 360;
        else if (degreesEast < -180)
            degreesEast += 360;
        return new PlanePoint(degreesEast * _metresPerDegreeEast, (place.Latitude - Centre.Latitude) * GeoPoint.MetresPerDegree);
    }
}

/// <summary>Metres east and north of the centre of a <see cref="LocalPlane"/>.</summary>
public readonly record struct PlanePoint(double East, double North)
{
    public double Length => Math.Sqrt(LengthSquared);

    public double LengthSquared => (East * East) + (North * North);

    public double DistanceTo(PlanePoint other) => (other - this).Length;

    /// <summary>The share, 0 to 1, of the way from <paramref name="start"/> to <paramref name="end"/> at which their segment comes nearest to the plane's centre.</summary>
    public static double NearestShare(PlanePoint start, PlanePoint end)
    {
        var along = end - start;
        var squared = (along.East * along.East) + (along.North * along.North);
        return squared > 0 ? Math.Clamp(-((start.East * along.East) + (start.North * along.North)) / squared, 0, 1) : 0;
    }

    public static PlanePoint Between(PlanePoint start, PlanePoint end, double share)
        => new(start.East + ((end.East - start.East) * share), start.North + ((end.North - start.North) * share));

    public static PlanePoint operator -(PlanePoint left, PlanePoint right) => new(left.East - right.East, left.North - right.North);
}
