using System.Text.Json;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>Good messages, as a carrier without a vocabulary of its own sends them.</summary>
static class Message
{
    /// <summary>The shipment that does nothing but make a server save.</summary>
    public const string Hurry = "hurry/1";

    public static byte[] Registration(string carrier, string number, DateTimeOffset changedAt, GeoPoint? destination = null, DateTimeOffset? promisedBy = null) => Json(new
    {
        carrier,
        trackingNumber = number,
        merchant = "Buchhandlung am Ring",
        promisedBy = promisedBy?.ToString("O"),
        destination = destination is { } place
            ? new { latitude = place.Latitude, longitude = place.Longitude, postcode = "68159", city = "Mannheim", country = "DE", timeZone = "Europe/Berlin" }
            : null,
        changedAt = changedAt.ToString("O"),
    });

    public static byte[] Scan(string carrier, string number, string id, string happened, DateTimeOffset at, string? vehicle = null, object? proof = null) => Json(new
    {
        eventId = id, carrier, trackingNumber = number, @event = happened, occurredAt = at.ToString("O"), vehicle, proof,
    });

    public static byte[] Manifest(string carrier, string vehicle, long version, IEnumerable<(string Stop, GeoPoint Place, string[] Shipments)> stops) => Json(new
    {
        carrier,
        vehicle,
        version,
        stops = stops.Select(stop => new
        {
            stopId = stop.Stop, latitude = stop.Place.Latitude, longitude = stop.Place.Longitude, serviceSeconds = 60, shipments = stop.Shipments,
        }),
    });

    public static byte[] Position(string carrier, string vehicle, DateTimeOffset at, GeoPoint place, double speed = 8) => Json(new
    {
        carrier, vehicle, at = at.ToString("O"), latitude = place.Latitude, longitude = place.Longitude, accuracyMetres = 6, speedMetresPerSecond = speed,
    });

    public static byte[] Instruction(string carrier, string number, string id, string note) => Json(new
    {
        commandId = id, carrier, trackingNumber = number, kind = "instruct", instruction = new { kind = "safePlace", note },
    });

    static byte[] Json(object message) => JsonSerializer.SerializeToUtf8Bytes(message, s_options);

    static readonly JsonSerializerOptions s_options = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
