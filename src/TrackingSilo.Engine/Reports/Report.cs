using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Reports;

/// <summary>What kind of message a report is; one topic each.</summary>
public enum ReportKind : byte
{
    Registration,
    Scan,
    Manifest,
    Position,
    Command,
}

/// <summary>
/// One accepted message of one partition. A struct, and a position needs no body: the position path allocates nothing.
/// </summary>
public readonly record struct Report
{
    public required ReportKind Kind { get; init; }

    /// <summary>Key of the actor that it is for: <see cref="ShipmentId.Value"/> or <see cref="VehicleId.Value"/>, as the body says.</summary>
    public required string Key { get; init; }

    /// <summary>Kafka offset within its partition.</summary>
    public required long Offset { get; init; }

    /// <summary>Kafka timestamp of the record: event times are judged against it, so that a replay judges as the first run did.</summary>
    public required DateTimeOffset RecordTime { get; init; }

    /// <summary>For <see cref="ReportKind.Position"/>.</summary>
    public Fix Fix { get; init; }

    /// <summary><see cref="ShipmentChange"/>, <see cref="Scan"/>, <see cref="Manifest"/> or <see cref="Command"/>, by <see cref="Kind"/>.</summary>
    public object? Body { get; init; }

    /// <summary>Whether <see cref="Key"/> is a vehicle's.</summary>
    public bool IsForVehicle => Kind is ReportKind.Manifest or ReportKind.Position;
}
