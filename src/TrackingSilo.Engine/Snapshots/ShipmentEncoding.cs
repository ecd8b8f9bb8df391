using System.Buffers;
using System.Text.Json;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Actors;

namespace TrackingSilo.Engine.Snapshots;

/// <summary>
/// A shipment as bytes: one byte of schema version, then JSON. The same in the store and between the machines of a cluster.
/// </summary>
public static class ShipmentEncoding
{
    /// <summary>Raised when a reader of the version before could not read what is written; additions that it may ignore do not raise it.</summary>
    public const byte Version = 1;

    // A checkpoint writes thousands one after the other on one thread.
    [ThreadStatic]
    static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    static Utf8JsonWriter? t_json;

    /// <summary>What is written of a shipment's actor; an immutable copy, so that another thread may write it.</summary>
    public static ShipmentSnapshot Copy(ShipmentActor actor, DateTimeOffset now)
        => new(actor.Facts, actor.Applied.ToArray(), actor.Applications, now);

    public static byte[] Write(ShipmentSnapshot snapshot)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(4 * 1024);
        var json = t_json ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        buffer.Write([Version]);
        json.Reset(buffer);
        JsonSerializer.Serialize(json, snapshot, SnapshotJson.Default.ShipmentSnapshot);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">Written by a later program, or damaged.</exception>
    public static ShipmentActor Read(ReadOnlySpan<byte> bytes)
    {
        var snapshot = ReadSnapshot(bytes);
        return new ShipmentActor(snapshot.Facts, new AppliedPositions(snapshot.Applied), snapshot.Applications, snapshot.SavedAt);
    }

    /// <exception cref="InvalidDataException">Written by a later program, or damaged.</exception>
    public static ShipmentSnapshot ReadSnapshot(ReadOnlySpan<byte> bytes)
    {
        SnapshotJson.CheckVersion(bytes, Version, "shipment");
        try
        {
            return JsonSerializer.Deserialize(bytes[1..], SnapshotJson.Default.ShipmentSnapshot)
                ?? throw new InvalidDataException("A shipment's snapshot is null.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"A shipment's snapshot is damaged: {failure.Message}", failure);
        }
    }
}

/// <summary>All of a shipment's actor that is kept.</summary>
public sealed record ShipmentSnapshot(Shipment Facts, AppliedPosition[] Applied, long Applications, DateTimeOffset SavedAt);
