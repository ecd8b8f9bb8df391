using System.Buffers;
using System.Text.Json;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;

namespace TrackingSilo.Engine.Snapshots;

/// <summary>
/// A vehicle as bytes: one byte of schema version, then packed numbers, since it is written every few seconds. Its manifest, which seldom changes, stands apart as JSON.
/// The same in the store and between the machines of a cluster.
/// </summary>
public static class VehicleEncoding
{
    /// <summary>Raised when a reader of the version before could not read what is written.</summary>
    public const byte Version = 1;

    const int EnteredKept = 8;

    public static byte[] Write(VehicleActor actor)
    {
        var unconfirmed = actor.Told.Unconfirmed();
        var size = 256 + FixWindow.PackedMaxBytes + RouteProgress.PackedMaxBytes + FenceMemberships.PackedMaxBytes + CountdownLadder.PackedMaxBytes
            + (AppliedPositions.Max * 4 * PackedWriter.NumberMaxBytes) + unconfirmed.Sum(entry => 10 + PackedWriter.MaxBytes(entry.Shipment.Value));
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var writer = new PackedWriter(buffer);
        writer.WriteByte(Version);
        writer.WriteByte((byte)(actor.IsSilent ? 1 : 0));
        writer.WriteUnsigned((ulong)actor.Applications);
        var applied = actor.Applied.ToArray();
        writer.WriteUnsigned((ulong)applied.Length);
        foreach (var position in applied)
        {
            writer.WriteUnsigned((ulong)position.Partition);
            writer.WriteUnsigned((ulong)position.Generation);
            writer.WriteSigned(position.Offset);
            writer.WriteUnsigned((ulong)position.Count);
        }
        writer.WriteSingle(actor.Tour.Pace.MeanLog);
        writer.WriteSingle(actor.Tour.Pace.Seconds);
        WriteEntered(ref writer, actor.Tour);
        WriteUnconfirmed(ref writer, actor, unconfirmed);
        var length = writer.Length;
        length += WritePart(buffer.AsSpan(length), actor.Window.WriteTo);
        length += WritePart(buffer.AsSpan(length), actor.Tour.Route.WriteTo);
        length += WritePart(buffer.AsSpan(length), actor.Tour.Ladder.WriteTo);
        length += WritePart(buffer.AsSpan(length), destination => actor.Fences.WriteTo(actor.Window, destination));
        var written = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return written;
    }

    public static byte[] WriteManifest(Manifest manifest)
    {
        using var stream = new MemoryStream(4096);
        stream.WriteByte(Version);
        JsonSerializer.Serialize(stream, manifest, SnapshotJson.Default.Manifest);
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">Written by a later program, or damaged.</exception>
    public static Manifest ReadManifest(ReadOnlySpan<byte> bytes)
    {
        SnapshotJson.CheckVersion(bytes, Version, "manifest");
        try
        {
            return JsonSerializer.Deserialize(bytes[1..], SnapshotJson.Default.Manifest) ?? throw new InvalidDataException("A stored manifest is null.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"A stored manifest is damaged: {failure.Message}", failure);
        }
    }

    /// <param name="id">Whose bytes they are.</param>
    /// <param name="bytes">From <see cref="Write"/>.</param>
    /// <param name="manifest">From <see cref="WriteManifest"/>; empty: it has none.</param>
    /// <exception cref="InvalidDataException">Written by a later program, or damaged.</exception>
    public static VehicleActor Read(VehicleId id, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> manifest)
    {
        SnapshotJson.CheckVersion(bytes, Version, "vehicle");
        var plan = manifest.IsEmpty ? RoutePlan.Empty : RoutePlan.From(ReadManifest(manifest));
        var reader = new PackedReader(bytes[1..]);
        var isSilent = reader.ReadByte() != 0;
        var applications = (long)reader.ReadUnsigned();
        var applied = new AppliedPosition[reader.ReadCount(AppliedPositions.Max)];
        for (var i = 0; i < applied.Length; i++)
            applied[i] = new AppliedPosition((int)reader.ReadUnsigned(), (int)reader.ReadUnsigned(), reader.ReadSigned(), (long)reader.ReadUnsigned());
        var pace = new VehiclePace(reader.ReadSingle(), reader.ReadSingle());
        var entered = ReadEntered(ref reader);
        var unconfirmed = ReadUnconfirmed(ref reader, plan);
        var rest = bytes[^reader.Remaining..];
        var window = FixWindow.Read(TakePart(ref rest));
        var route = RouteProgress.Read(TakePart(ref rest), plan);
        var ladder = Tour.NewLadder();
        ladder.Read(TakePart(ref rest));
        var fences = FenceMemberships.Read(TakePart(ref rest));
        var actor = new VehicleActor(id, new AppliedPositions(applied), applications, window, fences, new Tour(id.Carrier, route, ladder, pace, entered, window.TryGetNewest(out var newest) ? newest : null), isSilent);
        var stamp = actor.Applied.Stamp;
        foreach (var shipment in unconfirmed)
            actor.Told.Told(shipment, stamp);
        return actor;
    }

    static void WriteEntered(ref PackedWriter writer, Tour tour)
    {
        var entered = tour.Entered.OrderByDescending(entry => entry.Value).Take(EnteredKept).ToList();
        writer.WriteUnsigned((ulong)entered.Count);
        foreach (var (stop, at) in entered)
        {
            writer.WriteUnsigned((ulong)stop);
            writer.WriteSigned(at.ToUnixTimeMilliseconds());
        }
    }

    static List<KeyValuePair<int, DateTimeOffset>> ReadEntered(ref PackedReader reader)
    {
        var entered = new List<KeyValuePair<int, DateTimeOffset>>();
        for (var left = reader.ReadCount(EnteredKept); left > 0; left--)
            entered.Add(new((int)reader.ReadUnsigned(), DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadSigned())));
        return entered;
    }

    // Those of the manifest as (stop, index at the stop), the others by name.
    static void WriteUnconfirmed(ref PackedWriter writer, VehicleActor actor, IReadOnlyList<(ShipmentId Shipment, int Stop)> unconfirmed)
    {
        writer.WriteUnsigned((ulong)unconfirmed.Count);
        foreach (var (shipment, stop) in unconfirmed)
        {
            writer.WriteUnsigned((ulong)(stop + 1));
            if (stop == ToldShipments.Dropped)
                writer.WriteText(shipment.Value);
            else
                writer.WriteUnsigned((ulong)actor.Manifest.Stops[stop].Shipments.IndexOf(shipment));
        }
    }

    static List<ShipmentId> ReadUnconfirmed(ref PackedReader reader, RoutePlan plan)
    {
        var unconfirmed = new List<ShipmentId>();
        for (var left = reader.ReadCount(int.MaxValue); left > 0; left--)
        {
            var stop = reader.ReadCount(plan.Count) - 1;
            if (stop == ToldShipments.Dropped)
            {
                unconfirmed.Add(ShipmentId.Parse(reader.ReadText(128)));
                continue;
            }
            var shipments = plan.Manifest.Stops[stop].Shipments;
            unconfirmed.Add(shipments[reader.ReadCount(shipments.Length - 1)]);
        }
        return unconfirmed;
    }

    delegate int PartWriter(Span<byte> destination);

    static int WritePart(Span<byte> destination, PartWriter write)
    {
        var length = write(destination[sizeof(ushort)..]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(destination, checked((ushort)length));
        return length + sizeof(ushort);
    }

    static ReadOnlySpan<byte> TakePart(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(ushort) || rest.Length - sizeof(ushort) < System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(rest))
            throw new InvalidDataException("A vehicle's snapshot ends early.");
        var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(rest);
        var part = rest.Slice(sizeof(ushort), length);
        rest = rest[(sizeof(ushort) + length)..];
        return part;
    }
}
