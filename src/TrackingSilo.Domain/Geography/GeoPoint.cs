namespace TrackingSilo.Domain.Geography;

/// <summary>
/// A place on WGS 84, in degrees, latitude first. <c>default(GeoPoint)</c> is the real place 0°N 0°E, never "unknown":
/// where a place may be missing the type is <c>GeoPoint?</c>.
/// </summary>
public readonly record struct GeoPoint
{
    /// <summary>Mean Earth radius in metres (IUGG 1980, R1).</summary>
    public const double EarthRadiusMetres = 6_371_008.8;

    /// <summary>Metres in one degree of latitude on the sphere of <see cref="EarthRadiusMetres"/>.</summary>
    public const double MetresPerDegree = EarthRadiusMetres * Math.PI / 180;

    GeoPoint(double latitude, double longitude)
    {
        Latitude = latitude;
        Longitude = longitude;
    }

    /// <summary>Degrees north, −90 to 90.</summary>
    public double Latitude { get; }

    /// <summary>Degrees east, −180 to 180.</summary>
    public double Longitude { get; }

    /// <summary>For values from outside: refuses NaN, infinities and anything out of range.</summary>
    public static bool TryCreate(double latitude, double longitude, out GeoPoint point)
    {
        // Written so that NaN fails.
        var valid = latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180;
        point = valid ? new GeoPoint(latitude, longitude) : default;
        return valid;
    }

    /// <summary>For values that this program has checked before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The values are no place on Earth.</exception>
    public static GeoPoint Create(double latitude, double longitude)
        => TryCreate(latitude, longitude, out var point)
            ? point
            : throw new ArgumentOutOfRangeException(nameof(latitude), $"{latitude}, {longitude} is no place on Earth.");

    /// <summary>Great-circle distance in metres, by the haversine formula (Sinnott 1984), which stays exact for short distances.</summary>
    public double DistanceMetresTo(GeoPoint other)
    {
        const double toRadians = Math.PI / 180;
        var sinLatitude = Math.Sin((other.Latitude - Latitude) * toRadians / 2);
        var sinLongitude = Math.Sin((other.Longitude - Longitude) * toRadians / 2);
        var h = (sinLatitude * sinLatitude)
            + (Math.Cos(Latitude * toRadians) * Math.Cos(other.Latitude * toRadians) * sinLongitude * sinLongitude);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    public override string ToString() => FormattableString.Invariant($"{Latitude:0.######},{Longitude:0.######}");
}
