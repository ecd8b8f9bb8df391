using System.Buffers;
using System.Text.Json;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Fleet;

/// <summary>The message to fleet pages: <c>{now, speed, all, vehicles: [{id, latitude, longitude, seenAt, metresPerSecond?, stopsDone, stopsTotal, silent?, fence?}]}</c>.</summary>
static class FleetJson
{
    /// <param name="all">Whether vehicles that are missing here are no longer there.</param>
    public static byte[] Of(IReadOnlyCollection<VehicleView> vehicles, bool all, WireMoment moment)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (vehicles.Count * 160));
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("all", all);
            json.WriteStartArray("vehicles");
            foreach (var vehicle in vehicles)
                Write(json, vehicle);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return HubFrame.Of("vehicles"u8, moment.Head.Span, buffer.WrittenSpan[1..]);
    }

    static void Write(Utf8JsonWriter json, in VehicleView vehicle)
    {
        json.WriteStartObject();
        json.WriteString("id", vehicle.Id.Value);
        // A metre: five decimals. More would be noise, and half of the message.
        json.WriteNumber("latitude", Math.Round(vehicle.Place.Latitude, 5));
        json.WriteNumber("longitude", Math.Round(vehicle.Place.Longitude, 5));
        json.WriteString("seenAt", vehicle.SeenAt.UtcDateTime);
        if (float.IsFinite(vehicle.SpeedMetresPerSecond))
            json.WriteNumber("metresPerSecond", MathF.Round(vehicle.SpeedMetresPerSecond, 1));
        json.WriteNumber("stopsDone", vehicle.StopsDone);
        json.WriteNumber("stopsTotal", vehicle.StopsTotal);
        if (vehicle.Silent)
            json.WriteBoolean("silent", true);
        if (vehicle.Fence is { } fence)
            json.WriteString("fence", fence);
        json.WriteEndObject();
    }
}
