using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.Engine.Orleans.Grains;

/// <summary>What became of a delivery to one actor.</summary>
/// <param name="Applied">How far the actor has applied the partition.</param>
sealed record DeliveryAnswer(bool Gap, long Applied, IReadOnlyList<Refusal> Refusals);

/// <param name="Run">Of the silo that asks: an actor that another silo feeds all the time goes there.</param>
sealed record FlushRequest(long Run);

/// <param name="Watcher">Which process asks: its lease replaces the one that it had.</param>
sealed record FollowRequest(ViewVersion Have, Viewer Viewer, DateTimeOffset? WatchedUntil, string Watcher);

/// <summary>What shipments say to one vehicle.</summary>
sealed record ShipmentWords(IReadOnlyList<WatchWord> Watches, IReadOnlyList<ConfirmationWord> Confirmations);

sealed record WatchWord(ShipmentId Shipment, DateTimeOffset Until);

sealed record ConfirmationWord(ShipmentId Shipment, LogStamp Stamp);

/// <summary>
/// Messages between the machines of a cluster as bytes: one byte of schema version, then JSON. Properties that a reader does not know are ignored and those that are missing have their default,
/// so that silos of two versions understand each other while one replaces the other; what would not be understood raises the version.
/// </summary>
static class Wire
{
    const byte Version = 1;

    public static byte[] Write<T>(T message, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream(256);
        stream.WriteByte(Version);
        JsonSerializer.Serialize(stream, message, type);
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">Written by a later program, or damaged.</exception>
    public static T Read<T>(byte[] bytes, JsonTypeInfo<T> type)
    {
        if (bytes.Length == 0 || bytes[0] > Version)
            throw new InvalidDataException($"A {typeof(T).Name} is empty, or of a schema version that this program does not know.");
        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(1), type) ?? throw new InvalidDataException($"A {typeof(T).Name} is null.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"A {typeof(T).Name} is damaged: {failure.Message}", failure);
        }
    }
}

[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(ShipmentIdConverter), typeof(VehicleIdConverter), typeof(GeoPointConverter)])]
[JsonSerializable(typeof(DeliveryAnswer))]
[JsonSerializable(typeof(FlushRequest))]
[JsonSerializable(typeof(AppliedPosition[]))]
[JsonSerializable(typeof(FollowRequest))]
[JsonSerializable(typeof(FollowAnswer))]
[JsonSerializable(typeof(PublishedView))]
[JsonSerializable(typeof(VehicleView[]))]
[JsonSerializable(typeof(VehicleRoute))]
[JsonSerializable(typeof(VehicleProgress[]))]
[JsonSerializable(typeof(ShipmentWords))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Cluster.LogBook))]
[JsonSerializable(typeof(Cluster.OpenRequest))]
[JsonSerializable(typeof(OpenedPartition[]))]
[JsonSerializable(typeof(Cluster.DurableReport))]
[JsonSerializable(typeof(Cluster.SiloReport))]
[JsonSerializable(typeof(Cluster.ClusterSituation))]
[JsonSerializable(typeof(Cluster.ArrivalTruths))]
sealed partial class WireJson : JsonSerializerContext;
