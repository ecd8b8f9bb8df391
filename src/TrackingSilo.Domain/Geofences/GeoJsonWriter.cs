using System.Text.Json;
using NetTopologySuite.Geometries;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Writes fences as GeoJSON features.</summary>
static class GeoJsonWriter
{
    public static void Write(Utf8JsonWriter json, Geofence fence)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("properties");
        json.WriteString("id", fence.Id);
        json.WriteString("name", fence.Name);
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(fence.Kind.ToString()));
        if (fence.RadiusMetres > 0)
            json.WriteNumber("radiusMetres", fence.RadiusMetres);
        if (fence.WidthMetres > 0)
            json.WriteNumber("widthMetres", fence.WidthMetres);
        if (fence.Rule.Dwell is { } dwell && dwell != FenceRule.For(fence.Kind).Dwell)
            json.WriteNumber("dwellSeconds", dwell.TotalSeconds);
        if (fence.ExpiresAt is { } expiresAt)
            json.WriteString("expiresAt", expiresAt);
        json.WriteEndObject();
        json.WriteStartObject("geometry");
        switch (fence)
        {
            case { Area: Polygon polygon }:
                json.WriteString("type", "Polygon");
                json.WritePropertyName("coordinates");
                Write(json, polygon);
                break;
            case { Area: { } parts }:
                json.WriteString("type", "MultiPolygon");
                json.WriteStartArray("coordinates");
                for (var i = 0; i < parts.NumGeometries; i++)
                    Write(json, (Polygon)parts.GetGeometryN(i));
                json.WriteEndArray();
                break;
            case { Line.Length: > 0 }:
                json.WriteString("type", "LineString");
                json.WriteStartArray("coordinates");
                foreach (var place in fence.Line)
                    Write(json, place.Longitude, place.Latitude);
                json.WriteEndArray();
                break;
            default:
                json.WriteString("type", "Point");
                json.WritePropertyName("coordinates");
                Write(json, fence.Centre.Longitude, fence.Centre.Latitude);
                break;
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Polygon polygon)
    {
        json.WriteStartArray();
        Write(json, polygon.ExteriorRing);
        for (var i = 0; i < polygon.NumInteriorRings; i++)
            Write(json, polygon.GetInteriorRingN(i));
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, LineString ring)
    {
        json.WriteStartArray();
        for (var i = 0; i < ring.NumPoints; i++)
            Write(json, ring.CoordinateSequence.GetX(i), ring.CoordinateSequence.GetY(i));
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, double longitude, double latitude)
    {
        json.WriteStartArray();
        json.WriteNumberValue(longitude);
        json.WriteNumberValue(latitude);
        json.WriteEndArray();
    }
}
