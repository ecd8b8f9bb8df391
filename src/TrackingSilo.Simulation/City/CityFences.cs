using System.Text;
using System.Text.Json;

namespace TrackingSilo.Simulation;

/// <summary>The city's fixed places as GeoJSON.</summary>
static class CityFences
{
    public static string GeoJson() => Encoding.UTF8.GetString(Wire.Object(json =>
    {
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        foreach (var carrier in CarrierProfile.All)
            Square(json, carrier.DepotName, "depot", carrier.Depot, 120);
        Square(json, CarrierProfile.HubName, "hub", CarrierProfile.Hub, 250);
        Square(json, "Innenstadt", "district", new Spot(0, 0), 800);
        json.WriteEndArray();
    }));

    static void Square(Utf8JsonWriter json, string name, string kind, Spot centre, double half)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("properties");
        json.WriteString("name", name);
        json.WriteString("kind", kind);
        json.WriteEndObject();
        json.WriteStartObject("geometry");
        json.WriteString("type", "Polygon");
        json.WriteStartArray("coordinates");
        json.WriteStartArray();
        // Counter-clockwise, and closed, as RFC 7946 wants it.
        foreach (var (along, across) in new[] { (-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1) })
        {
            var corner = Town.Place(new Spot(centre.Along + (along * half), centre.Across + (across * half)));
            json.WriteStartArray();
            json.WriteNumberValue(corner.Longitude);
            json.WriteNumberValue(corner.Latitude);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
