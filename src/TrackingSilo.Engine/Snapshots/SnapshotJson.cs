using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Snapshots;

/// <summary>How domain types stand in stored JSON. Enums by name, so that their numbers may change; what is derived is not written.</summary>
[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(ShipmentIdConverter), typeof(VehicleIdConverter), typeof(GeoPointConverter), typeof(TimelineConverter)])]
[JsonSerializable(typeof(ShipmentSnapshot))]
[JsonSerializable(typeof(TimelineParts))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ShipmentChange))]
[JsonSerializable(typeof(Scan))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(Registration))]
sealed partial class SnapshotJson : JsonSerializerContext
{
    public static void CheckVersion(ReadOnlySpan<byte> bytes, byte version, string what)
    {
        if (bytes.IsEmpty)
            throw new InvalidDataException($"A {what}'s snapshot is empty.");
        if (bytes[0] > version)
            throw new InvalidDataException($"A {what}'s snapshot has schema version {bytes[0]}, this program reads up to {version}: run the later program.");
    }
}

sealed record TimelineParts(ImmutableArray<Scan> Scans, ImmutableArray<Scan> Retractions, bool Truncated);

sealed class TimelineConverter : JsonConverter<Timeline>
{
    public override Timeline Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = JsonSerializer.Deserialize(ref reader, SnapshotJson.Default.TimelineParts) ?? throw new JsonException("A timeline is null.");
        return Timeline.Restore(parts.Scans, parts.Retractions, parts.Truncated);
    }

    public override void Write(Utf8JsonWriter writer, Timeline value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, new TimelineParts(value.Scans, value.Retractions, value.Truncated), SnapshotJson.Default.TimelineParts);
}

sealed class ShipmentIdConverter : JsonConverter<ShipmentId>
{
    public override ShipmentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => ShipmentId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("No shipment id.");

    public override void Write(Utf8JsonWriter writer, ShipmentId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

sealed class VehicleIdConverter : JsonConverter<VehicleId>
{
    public override VehicleId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => VehicleId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("No vehicle id.");

    public override void Write(Utf8JsonWriter writer, VehicleId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>As <c>[latitude,longitude]</c>.</summary>
sealed class GeoPointConverter : JsonConverter<GeoPoint>
{
    public override GeoPoint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || !reader.TryGetDouble(out var latitude)
            || !reader.Read() || !reader.TryGetDouble(out var longitude) || !reader.Read() || reader.TokenType != JsonTokenType.EndArray
            || !GeoPoint.TryCreate(latitude, longitude, out var point))
        {
            throw new JsonException("No place.");
        }
        return point;
    }

    public override void Write(Utf8JsonWriter writer, GeoPoint value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Latitude);
        writer.WriteNumberValue(value.Longitude);
        writer.WriteEndArray();
    }
}
