using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>Writes messages as carriers do: JSON in UTF-8, camelCase, instants in RFC 3339 with an offset.</summary>
static class Wire
{
    public static byte[] Object(Action<Utf8JsonWriter> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static void Identity(this Utf8JsonWriter json, ShipmentId id)
    {
        json.WriteString("carrier", id.Carrier);
        json.WriteString("trackingNumber", id.TrackingNumber);
    }

    public static void Identity(this Utf8JsonWriter json, VehicleId id)
    {
        json.WriteString("carrier", id.Carrier);
        json.WriteString("vehicle", id.Name);
    }

    public static void Place(this Utf8JsonWriter json, GeoPoint place)
    {
        json.WriteNumber("latitude", place.Latitude);
        json.WriteNumber("longitude", place.Longitude);
    }

    public static void Instant(this Utf8JsonWriter json, string name, DateTimeOffset at)
        => json.WriteString(name, at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture));

    /// <summary>A position. Numbers that are NaN are left out.</summary>
    public static byte[] Position(VehicleId vehicle, in Fix fix)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.Identity(vehicle);
            json.Instant("at", fix.At);
            json.Place(fix.Place);
            Number("accuracyMetres", fix.AccuracyMetres);
            Number("speedMetresPerSecond", fix.SpeedMetresPerSecond);
            Number("headingDegrees", fix.HeadingDegrees);
            if (fix.Sequence >= 0)
                json.WriteNumber("sequence", fix.Sequence);
            json.WriteEndObject();

            void Number(string name, float value)
            {
                if (!float.IsNaN(value))
                    json.WriteNumber(name, value);
            }
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Manifest(VehicleId vehicle, long version, IEnumerable<ManifestStop> stops) => Object(json =>
    {
        json.Identity(vehicle);
        json.WriteNumber("version", version);
        json.WriteStartArray("stops");
        foreach (var stop in stops)
        {
            json.WriteStartObject();
            json.WriteString("stopId", stop.StopId);
            json.Place(stop.Place);
            if (stop.ServiceSeconds is { } seconds)
                json.WriteNumber("serviceSeconds", seconds);
            if (stop.PlannedAt is { } planned)
                json.Instant("plannedAt", planned);
            json.WriteStartArray("shipments");
            foreach (var shipment in stop.Shipments)
                json.WriteStringValue(shipment.Value);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
