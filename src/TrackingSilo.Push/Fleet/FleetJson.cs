using System.Buffers;
using System.Text.Json;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Fleet;

/// <summary>
/// The message to fleet pages: <c>{now, speed, all, vehicles, attention, found?, occupancy, sums, bounds?}</c>; a vehicle is
/// <c>{id, latitude, longitude, seenAt, metresPerSecond?, stopsDone, stopsTotal, lateSeconds?, silent?, late?, fence?}</c>.
/// </summary>
static class FleetJson
{
    /// <param name="all">Whether vehicles in the area that are missing here are no longer there.</param>
    public static byte[] Of(Fleet fleet, FleetWish wish, bool all, WireMoment moment)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("all", all);
            Write(json, "vehicles", wish.Area is { } area ? fleet.In(area, all) : []);
            if (wish.Wanted is { Length: > 0 } wanted)
                Write(json, "found", fleet.Found(wanted));
            Write(json, fleet.Summary);
            json.WriteEndObject();
        }
        return HubFrame.Of("vehicles"u8, moment.Head.Span, buffer.WrittenSpan[1..]);
    }

    static void Write(Utf8JsonWriter json, FleetSummary summary)
    {
        Write(json, "attention", summary.Attention);
        json.WriteStartObject("occupancy");
        foreach (var (fence, count) in summary.Occupancy)
            json.WriteNumber(fence, count);
        json.WriteEndObject();
        json.WriteStartObject("sums");
        json.WriteNumber("vehicles", summary.Vehicles);
        json.WriteNumber("silent", summary.Silent);
        json.WriteNumber("late", summary.Late);
        json.WriteNumber("stopsDone", summary.StopsDone);
        json.WriteNumber("stopsTotal", summary.StopsTotal);
        json.WriteNumber("stopsAtRisk", summary.StopsAtRisk);
        json.WriteEndObject();
        if (summary.Bounds is not { } bounds)
            return;
        json.WriteStartArray("bounds");
        foreach (var edge in (double[])[bounds.South, bounds.West, bounds.North, bounds.East])
            json.WriteNumberValue(Math.Round(edge, 5));
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, string name, IEnumerable<VehicleView> vehicles)
    {
        json.WriteStartArray(name);
        foreach (var vehicle in vehicles)
            Write(json, vehicle);
        json.WriteEndArray();
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
        if (vehicle.LateSeconds is { } late)
            json.WriteNumber("lateSeconds", late);
        if (vehicle.Silent)
            json.WriteBoolean("silent", true);
        if (FleetSummary.IsLate(vehicle))
            json.WriteBoolean("late", true);
        if (vehicle.Fence is { } fence)
            json.WriteString("fence", fence);
        json.WriteEndObject();
    }
}
