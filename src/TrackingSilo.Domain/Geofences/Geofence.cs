using System.Collections.Immutable;
using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

public enum GeofenceKind : byte
{
    District,
    Depot,
    Hub,
    Restricted,
    PickupPoint,
}

/// <summary>
/// A named area: a polygon or multipolygon in degrees (x = longitude, y = latitude, edges straight on that map), or in true metres a circle, or a corridor along a line. Immutable.
/// </summary>
public sealed class Geofence
{
    Geofence(string id, string name, GeofenceKind kind)
    {
        Id = id;
        Name = name;
        Kind = kind;
    }

    /// <summary>A polygon or multipolygon that is valid (<c>IsValidOp</c>), within −180 to 180 and −90 to 90.</summary>
    public static Geofence FromArea(string id, string name, GeofenceKind kind, Geometry area)
        => area is Polygon or MultiPolygon
            ? new Geofence(id, name, kind) { Area = area }
            : throw new ArgumentException($"A {area.GeometryType} is no area.", nameof(area));

    public static Geofence FromCircle(string id, string name, GeofenceKind kind, GeoPoint centre, double radiusMetres)
        => radiusMetres is > 0 and < 1_000_000
            ? new Geofence(id, name, kind) { Centre = centre, RadiusMetres = radiusMetres }
            : throw new ArgumentOutOfRangeException(nameof(radiusMetres), radiusMetres, "A circle's radius is more than 0 m and less than 1,000 km.");

    /// <summary>What lies within half of <paramref name="widthMetres"/> of a line of great-circle arcs.</summary>
    public static Geofence FromCorridor(string id, string name, GeofenceKind kind, ImmutableArray<GeoPoint> line, double widthMetres)
        => line.Length < 2
            ? throw new ArgumentException("A line has two positions at least.", nameof(line))
            : widthMetres is > 0 and < 100_000
                ? new Geofence(id, name, kind) { Line = line, WidthMetres = widthMetres }
                : throw new ArgumentOutOfRangeException(nameof(widthMetres), widthMetres, "A corridor's width is more than 0 m and less than 100 km.");

    public string Id { get; }
    public string Name { get; }
    public GeofenceKind Kind { get; }

    /// <summary>Null for a circle or corridor.</summary>
    public Geometry? Area { get; private init; }

    /// <summary>Of a circle.</summary>
    public GeoPoint Centre { get; private init; }

    /// <summary>Of a circle; else 0.</summary>
    public double RadiusMetres { get; private init; }

    /// <summary>Of a corridor; else empty.</summary>
    public ImmutableArray<GeoPoint> Line { get; private init; } = [];

    /// <summary>Of a corridor; else 0.</summary>
    public double WidthMetres { get; private init; }
}
