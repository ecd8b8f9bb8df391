using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
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
    long _fingerprint;

    Geofence(string id, string name, GeofenceKind kind)
    {
        Id = id;
        Name = name;
        Kind = kind;
    }

    /// <summary>A polygon or multipolygon that is valid (<c>IsValidOp</c>), within −180 to 180 and −90 to 90.</summary>
    public static Geofence FromArea(string id, string name, GeofenceKind kind, Geometry area, FenceRule? rule = null, DateTimeOffset? expiresAt = null)
        => area is Polygon or MultiPolygon
            ? new Geofence(id, name, kind) { Area = area, Rule = rule ?? FenceRule.For(kind), ExpiresAt = expiresAt }
            : throw new ArgumentException($"A {area.GeometryType} is no area.", nameof(area));

    public static Geofence FromCircle(string id, string name, GeofenceKind kind, GeoPoint centre, double radiusMetres, FenceRule? rule = null, DateTimeOffset? expiresAt = null)
        => radiusMetres is > 0 and < 1_000_000
            ? new Geofence(id, name, kind) { Centre = centre, RadiusMetres = radiusMetres, Rule = rule ?? FenceRule.For(kind), ExpiresAt = expiresAt }
            : throw new ArgumentOutOfRangeException(nameof(radiusMetres), radiusMetres, "A circle's radius is more than 0 m and less than 1,000 km.");

    /// <summary>What lies within half of <paramref name="widthMetres"/> of a line of great-circle arcs.</summary>
    public static Geofence FromCorridor(string id, string name, GeofenceKind kind, ImmutableArray<GeoPoint> line, double widthMetres, FenceRule? rule = null, DateTimeOffset? expiresAt = null)
        => line.Length < 2
            ? throw new ArgumentException("A line has two positions at least.", nameof(line))
            : widthMetres is > 0 and < 100_000
                ? new Geofence(id, name, kind) { Line = line, WidthMetres = widthMetres, Rule = rule ?? FenceRule.For(kind), ExpiresAt = expiresAt }
                : throw new ArgumentOutOfRangeException(nameof(widthMetres), widthMetres, "A corridor's width is more than 0 m and less than 100 km.");

    public string Id { get; }

    /// <summary>That of its kind unless another was given.</summary>
    public FenceRule Rule { get; private init; } = FenceRule.For(default);

    /// <summary>It is in force until then; null: until it is replaced or taken away.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

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

    /// <summary>The same for two fences that are drawn alike and have the same rule: who is in the one is in the other. Never 0.</summary>
    public ulong Fingerprint
    {
        get
        {
            // Worked out by whoever asks first; two who ask at once find the same.
            var known = Interlocked.Read(ref _fingerprint);
            if (known == 0)
            {
                known = WorkOutFingerprint();
                Interlocked.Exchange(ref _fingerprint, known);
            }
            return (ulong)known;
        }
    }

    long WorkOutFingerprint()
    {
        var shape = Area is not null
            ? Convert.ToHexString(Area.AsBinary())
            : FormattableString.Invariant($"{Centre.Latitude:R} {Centre.Longitude:R} {RadiusMetres:R} {WidthMetres:R} {string.Join(' ', Line.Select(place => FormattableString.Invariant($"{place.Latitude:R} {place.Longitude:R}")))}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{Kind} {Rule} {shape}")));
        return BinaryPrimitives.ReadInt64LittleEndian(hash) | 1;
    }
}
