using System.Collections.Immutable;
using System.Text.Json;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Reads a GeoJSON LineString with the property <c>widthMetres</c>, or says why it is no corridor.</summary>
static class GeoJsonCorridor
{
    // A longer arc of a great circle is not what somebody means who draws a line on a map.
    const double SegmentMaxMetres = 1_000_000;
    const int PositionsMax = 10_000;

    public static string? Error(JsonElement geometry, JsonElement properties, out ImmutableArray<GeoPoint> line, out double widthMetres)
    {
        line = [];
        widthMetres = 0;
        if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty("widthMetres", out var width)
            || width.ValueKind != JsonValueKind.Number || !width.TryGetDouble(out widthMetres) || widthMetres is not (> 0 and < 100_000))
        {
            return "is a line without the property widthMetres, a number above 0 and below 100000.";
        }
        if (!geometry.TryGetProperty("coordinates", out var positions) || positions.ValueKind != JsonValueKind.Array)
            return "has a geometry without an array of coordinates.";
        if (positions.GetArrayLength() is < 2 or > PositionsMax)
            return $"is a line of fewer than two or more than {PositionsMax} positions.";
        var places = ImmutableArray.CreateBuilder<GeoPoint>(positions.GetArrayLength());
        foreach (var position in positions.EnumerateArray())
        {
            if (GeoJsonArea.PositionError(position, out var coordinate) is { } error)
                return error;
            places.Add(GeoPoint.Create(coordinate.Y, Math.IEEERemainder(coordinate.X, 360)));
            if (places.Count > 1 && places[^2].DistanceMetresTo(places[^1]) > SegmentMaxMetres)
                return $"is a line with more than {SegmentMaxMetres / 1000} km between two positions.";
        }
        line = places.MoveToImmutable();
        var corridor = new FenceCorridor(line, widthMetres);
        return corridor.Holds(GeoPoint.Create(90, 0)) || corridor.Holds(GeoPoint.Create(-90, 0)) ? "is a corridor that holds a pole." : null;
    }
}
