using System.Collections.Immutable;
using System.Text.Json;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Shipments;

/// <summary>One parcel on one day, in minutes since eight o'clock in Vienna.</summary>
static class Sample
{
    public static readonly DateTimeOffset Eight = new(2026, 3, 10, 8, 0, 0, TimeSpan.FromHours(1));

    public static readonly VehicleId Van = VehicleId.Parse("post/VAN-1");

    public static readonly Shipment Parcel = new() { Id = ShipmentId.Parse("post/P1") };

    public static DateTimeOffset At(double minutes) => Eight.AddMinutes(minutes);

    public static Scan Scan(string id, ScanEvent happened, double minutes, VehicleId? vehicle = null)
        => new() { Id = id, Event = happened, OccurredAt = At(minutes), Vehicle = vehicle };

    public static Scan Retraction(string id, string retracts, double minutes = 0)
        => Scan(id, ScanEvent.Retraction, minutes) with { Retracts = retracts };

    public static Timeline TimelineOf(params IEnumerable<Scan> scans) => scans.Aggregate(Timeline.Empty, (timeline, scan) => timeline.With(scan));

    public static Shipment With(this Shipment shipment, params IEnumerable<Scan> scans) => scans.Aggregate(shipment, (facts, scan) => facts.With(scan));

    /// <summary>Out for delivery since <paramref name="minutes"/>, on no vehicle that a scan names.</summary>
    public static Shipment OutForDelivery(double minutes = 0) => Parcel.With(Scan("out", ScanEvent.OutForDelivery, minutes));

    public static Shipment Promised(this Shipment shipment, double byMinutes, double? fromMinutes = null)
        => shipment.With(new ShipmentChange
        {
            ChangedAt = Eight,
            Promise = new Promise(fromMinutes is { } from ? At(from) : null, At(byMinutes)),
        });

    public static Shipment For(this Shipment shipment, params ImmutableArray<Contact> contacts)
        => shipment.With(new ShipmentChange { ChangedAt = Eight, Recipient = new Recipient { Name = "Ada", Contacts = contacts } });

    public static Shipment To(this Shipment shipment, string timeZone)
        => shipment.With(new ShipmentChange { ChangedAt = Eight, Destination = new Destination { TimeZone = timeZone } });

    /// <summary>What the van says: it is <paramref name="stopsAway"/> stops away.</summary>
    public static VehicleProgress Word(int stopsAway, double minutes, VehicleId? vehicle = null) => new()
    {
        Vehicle = vehicle ?? Van,
        Stamp = new LogStamp(1, (long)(minutes * 60)),
        Assigned = true,
        ManifestRecordTime = Eight,
        At = At(minutes).ToUniversalTime(),
        SeenAt = At(minutes).ToUniversalTime(),
        StopsAway = stopsAway,
        VehiclePlace = GeoPoint.Create(48.2, 16.37),
    };

    public static ArrivalEstimate Window(double low, double median, double high) => new(At(median), At(low), At(high), 0.9f);

    public static Command Instruct(string id, InstructionKind kind, string? note = null)
        => new() { Id = id, Kind = CommandKind.Instruct, Instruction = new Instruction(kind, note) };

    /// <summary>All of a value that can be read from outside, to the last digit.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
