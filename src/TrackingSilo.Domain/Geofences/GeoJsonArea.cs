using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Reads a GeoJSON Polygon or MultiPolygon into a valid geometry between −180 and 180 degrees, or says why it is none.</summary>
static class GeoJsonArea
{
    static readonly GeometryFactory Factory = new(new PrecisionModel(), 4326);

    public static string? Error(JsonElement geometry, out Geometry area)
    {
        area = Factory.CreatePolygon();
        if (!geometry.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return "has a geometry without a type.";
        if (!geometry.TryGetProperty("coordinates", out var coordinates) || coordinates.ValueKind != JsonValueKind.Array)
            return "has a geometry without an array of coordinates.";
        var polygons = new List<Polygon>();
        var vertices = 0;
        string? error;
        switch (type.GetString())
        {
            case "Polygon":
                error = PolygonError(coordinates, polygons, ref vertices);
                break;
            case "MultiPolygon":
                error = coordinates.GetArrayLength() == 0 ? "has a MultiPolygon without polygons." : null;
                foreach (var polygon in coordinates.EnumerateArray())
                    error ??= PolygonError(polygon, polygons, ref vertices);
                break;
            default:
                return "has a geometry that is no Polygon, MultiPolygon, Point or LineString.";
        }
        if (error is not null)
            return error;
        area = polygons.Count == 1 ? polygons[0] : Factory.CreateMultiPolygon([.. polygons]);
        return ValidityError(area) ?? Antimeridian.SplitError(area, out area);
    }

    static string? ValidityError(Geometry area)
        => new IsValidOp(area).ValidationError is { } invalid
            ? FormattableString.Invariant($"is not a valid area: {invalid.Message} at longitude {invalid.Coordinate.X}, latitude {invalid.Coordinate.Y}.")
            : null;

    static string? PolygonError(JsonElement rings, List<Polygon> polygons, ref int vertices)
    {
        if (rings.ValueKind != JsonValueKind.Array || rings.GetArrayLength() == 0)
            return "has a polygon that is no array of rings.";
        LinearRing? shell = null;
        var holes = new List<LinearRing>();
        foreach (var ring in rings.EnumerateArray())
        {
            if (RingError(ring, ref vertices, out var positions) is { } error)
                return error;
            if (!Antimeridian.TryUnwrap(positions, shell?.EnvelopeInternal))
                return "holds a pole: a ring goes around the Earth.";
            var linear = Factory.CreateLinearRing(positions);
            if (shell is null)
                shell = linear;
            else
                holes.Add(linear);
        }
        polygons.Add(Factory.CreatePolygon(shell, [.. holes]));
        return null;
    }

    static string? RingError(JsonElement ring, ref int vertices, out Coordinate[] positions)
    {
        positions = [];
        if (ring.ValueKind != JsonValueKind.Array)
            return "has a ring that is no array of positions.";
        var length = ring.GetArrayLength();
        vertices += length;
        if (vertices > GeofenceFile.FeatureMaxVertices)
            return $"has more than {GeofenceFile.FeatureMaxVertices} vertices.";
        if (length < 4)
            return "has a ring of fewer than four positions.";
        positions = new Coordinate[length];
        var i = 0;
        foreach (var position in ring.EnumerateArray())
        {
            if (PositionError(position, out positions[i]) is { } error)
                return error;
            i++;
        }
        return positions[0].Equals2D(positions[^1]) ? null : "has a ring that is not closed: its first and last position differ.";
    }

    /// <summary>Reads [longitude, latitude, and perhaps an altitude, which is ignored].</summary>
    public static string? PositionError(JsonElement position, out Coordinate coordinate)
    {
        coordinate = new Coordinate();
        if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() is < 2 or > 4)
            return "has a position that is no array of two to four numbers.";
        foreach (var part in position.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Number)
                return "has a position with something in it that is no number.";
        }
        var longitude = position[0].GetDouble();
        var latitude = position[1].GetDouble();
        // An area across the antimeridian may be written on either side of it.
        if (latitude is not (>= -90 and <= 90) || longitude is not (>= -360 and <= 360))
            return FormattableString.Invariant($"has the position [{longitude}, {latitude}], which is none: longitude comes first, within 180, then latitude, within 90.");
        coordinate = new Coordinate(longitude, latitude);
        return null;
    }
}
