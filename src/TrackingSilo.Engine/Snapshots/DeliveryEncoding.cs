using System.Text.Json;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Snapshots;

/// <summary>Reports of one partition for one actor.</summary>
/// <param name="Previous">Offset that was delivered to this actor before on this partition; −1: not known.</param>
public sealed record ActorDelivery(OpenedPartition Partition, long Previous, IReadOnlyList<Report> Reports);

/// <summary>
/// A <see cref="ActorDelivery"/> as bytes, between the machines of a cluster: one byte of schema version, then numbers; bodies are JSON as in snapshots, fixes are numbers, since they are many.
/// </summary>
public static class DeliveryEncoding
{
    /// <summary>Raised when a reader of the version before could not read what is written.</summary>
    public const byte Version = 1;

    public static byte[] Write(ActorDelivery delivery)
    {
        using var stream = new MemoryStream(256);
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        var partition = delivery.Partition;
        writer.Write(partition.Partition.Log);
        writer.Write(partition.Partition.Topic);
        writer.Write(partition.Partition.Partition);
        writer.Write(partition.Id.Value);
        writer.Write(partition.Generation);
        writer.Write(delivery.Previous);
        writer.Write(delivery.Reports.Count);
        foreach (var report in delivery.Reports)
        {
            writer.Write((byte)report.Kind);
            writer.Write(report.Offset);
            writer.Write(report.RecordTime.UtcTicks);
            if (report.Kind == ReportKind.Position)
                WriteFix(writer, report.Fix);
            else
                WriteBody(writer, report);
        }
        return stream.ToArray();
    }

    /// <param name="bytes">From <see cref="Write"/>.</param>
    /// <param name="key">Of the actor that they are for.</param>
    /// <exception cref="InvalidDataException">Written by a later program, or damaged.</exception>
    public static ActorDelivery Read(byte[] bytes, string key)
    {
        SnapshotJson.CheckVersion(bytes, Version, "delivery");
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            reader.ReadByte();
            var log = new LogPartition(reader.ReadString(), reader.ReadString(), reader.ReadInt32());
            var partition = new OpenedPartition(log, new PartitionId(reader.ReadInt32()), reader.ReadInt32(), -1);
            var previous = reader.ReadInt64();
            var reports = new Report[reader.ReadInt32()];
            for (var i = 0; i < reports.Length; i++)
                reports[i] = ReadReport(reader, key);
            return new ActorDelivery(partition, previous, reports);
        }
        catch (Exception failure) when (failure is EndOfStreamException or JsonException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"A delivery is damaged: {failure.Message}", failure);
        }
    }

    static Report ReadReport(BinaryReader reader, string key)
    {
        var kind = (ReportKind)reader.ReadByte();
        var offset = reader.ReadInt64();
        var recordTime = Instant(reader);
        return kind == ReportKind.Position
            ? new Report { Kind = kind, Key = key, Offset = offset, RecordTime = recordTime, Fix = ReadFix(reader) }
            : new Report { Kind = kind, Key = key, Offset = offset, RecordTime = recordTime, Body = ReadBody(reader, kind) };
    }

    static void WriteFix(BinaryWriter writer, in Fix fix)
    {
        writer.Write(fix.Place.Latitude);
        writer.Write(fix.Place.Longitude);
        writer.Write(fix.At.UtcTicks);
        writer.Write(fix.AccuracyMetres);
        writer.Write(fix.SpeedMetresPerSecond);
        writer.Write(fix.HeadingDegrees);
        writer.Write(fix.Sequence);
    }

    static Fix ReadFix(BinaryReader reader) => new()
    {
        Place = GeoPoint.Create(reader.ReadDouble(), reader.ReadDouble()),
        At = Instant(reader),
        AccuracyMetres = reader.ReadSingle(),
        SpeedMetresPerSecond = reader.ReadSingle(),
        HeadingDegrees = reader.ReadSingle(),
        Sequence = reader.ReadInt64(),
    };

    // A body of another type than its kind's is none: the actor refuses the report.
    static void WriteBody(BinaryWriter writer, in Report report)
    {
        byte[] body = report.Kind switch
        {
            ReportKind.Registration when report.Body is ShipmentChange change => JsonSerializer.SerializeToUtf8Bytes(change, SnapshotJson.Default.ShipmentChange),
            ReportKind.Scan when report.Body is Scan scan => JsonSerializer.SerializeToUtf8Bytes(scan, SnapshotJson.Default.Scan),
            ReportKind.Manifest when report.Body is Manifest manifest => JsonSerializer.SerializeToUtf8Bytes(manifest, SnapshotJson.Default.Manifest),
            ReportKind.Command when report.Body is Command command => JsonSerializer.SerializeToUtf8Bytes(command, SnapshotJson.Default.Command),
            _ => [],
        };
        writer.Write(body.Length);
        writer.Write(body);
    }

    static object? ReadBody(BinaryReader reader, ReportKind kind)
    {
        var length = reader.ReadInt32();
        if (length == 0)
            return null;
        var body = reader.ReadBytes(length);
        return kind switch
        {
            ReportKind.Registration => JsonSerializer.Deserialize(body, SnapshotJson.Default.ShipmentChange),
            ReportKind.Scan => JsonSerializer.Deserialize(body, SnapshotJson.Default.Scan),
            ReportKind.Manifest => JsonSerializer.Deserialize(body, SnapshotJson.Default.Manifest),
            ReportKind.Command => JsonSerializer.Deserialize(body, SnapshotJson.Default.Command),
            _ => throw new InvalidDataException($"A delivery holds a report of kind {kind}."),
        };
    }

    static DateTimeOffset Instant(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);
}
