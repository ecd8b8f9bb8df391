using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Tests.Hosting;

/// <summary>One parcel at the stages of its life.</summary>
static class Samples
{
    public static readonly GeoPoint Home = GeoPoint.Create(59.9226, 10.7591);

    public static ShipmentId Id { get; } = ShipmentId.Parse("brisk/BX1002003004NO");

    public static ShipmentView Registered(DateTimeOffset now) => new()
    {
        Carrier = Id.Carrier,
        TrackingNumber = Id.TrackingNumber,
        Merchant = "Nordlys Bøker",
        Status = ShipmentStatus.Registered,
        StatusSince = now.AddDays(-2),
        Punctuality = Punctuality.Unknown,
        Promise = new Promise(null, now.AddHours(3)),
        DestinationCity = "Oslo",
        DestinationTimeZone = "Europe/Oslo",
        DestinationPlace = Home,
        Timeline = [Scan(1, ScanEvent.Registered, now.AddDays(-2))],
        PossibleInstructions = [InstructionKind.SafePlace, InstructionKind.Neighbour, InstructionKind.PickupPoint],
    };

    public static ShipmentView InTransit(DateTimeOffset now) => Registered(now) with
    {
        Status = ShipmentStatus.InTransit,
        StatusSince = now.AddHours(-20),
        Punctuality = Punctuality.OnTime,
        Timeline =
        [
            Scan(1, ScanEvent.Registered, now.AddDays(-2)),
            Scan(2, ScanEvent.PickedUp, now.AddHours(-26), "Trondheim"),
            Scan(3, ScanEvent.ArrivedAtFacility, now.AddHours(-20), "Trondheim"),
            Scan(4, ScanEvent.DepartedFacility, now.AddHours(-14), "Trondheim"),
            Scan(5, ScanEvent.ArrivedAtFacility, now.AddHours(-6), "Oslo"),
        ],
    };

    public static ShipmentView OutForDelivery(DateTimeOffset now, int stopsAway, double way = 1) => InTransit(now) with
    {
        Status = ShipmentStatus.OutForDelivery,
        StatusSince = now.AddHours(-3),
        Timeline =
        [
            .. InTransit(now).Timeline,
            Scan(6, ScanEvent.LoadedOnVehicle, now.AddHours(-3.5), "Oslo"),
            Scan(7, ScanEvent.OutForDelivery, now.AddHours(-3), "Oslo"),
        ],
        Arrival = new ArrivalEstimate(now.AddMinutes((stopsAway * 5) + 3), now.AddMinutes(stopsAway * 4), now.AddMinutes((stopsAway * 7) + 9), 0.9f),
        StopsAway = stopsAway,
        VehiclePlace = stopsAway <= 10 ? GeoPoint.Create(Home.Latitude + (0.012 * way), Home.Longitude - (0.02 * way)) : null,
        VehicleSeenAt = now.AddSeconds(-8),
        PossibleInstructions = stopsAway < 2 ? [] : [InstructionKind.SafePlace, InstructionKind.Neighbour],
    };

    public static ShipmentView Late(DateTimeOffset now) => OutForDelivery(now, 14) with
    {
        Punctuality = Punctuality.Late,
        Responsibility = Responsibility.WeatherAndForceMajeure,
        Promise = new Promise(null, now.AddMinutes(-20)),
    };

    public static ShipmentView Delivered(DateTimeOffset now) => OutForDelivery(now, 0) with
    {
        Status = ShipmentStatus.Delivered,
        StatusSince = now.AddMinutes(-1),
        Arrival = null,
        StopsAway = null,
        VehiclePlace = null,
        Proof = new ProofOfDelivery { Name = "K. Nordmann", Signature = "sig-1", Photo = "photo-1" },
        Timeline = [.. OutForDelivery(now, 0).Timeline, Scan(8, ScanEvent.Delivered, now.AddMinutes(-1), "Oslo")],
    };

    public static VehicleView Vehicle(int number, DateTimeOffset seenAt, double north = 0, bool silent = false)
        => new(VehicleId.Parse($"brisk/VAN-{number:000}"), GeoPoint.Create(Home.Latitude + north + (number % 7 * 0.004), Home.Longitude + (number / 7 * 0.006)), seenAt, 8.3f, number % 40, 40, silent,
            number % 5 == 0 ? "Oslo hub" : null);

    /// <summary>Twelve stops east of home: four done, the fifth under way, half an hour behind the plan.</summary>
    public static VehicleRoute Route(int number, DateTimeOffset now)
        => new(Vehicle(number, now).Id, [.. Enumerable.Range(0, 12).Select(stop => new RouteStop(
            $"S{stop + 1}", GeoPoint.Create(Home.Latitude + (stop % 3 * 0.003), Home.Longitude + (stop * 0.004)), 2, stop < 4 ? StopState.Done : StopState.Pending,
            now.AddMinutes((stop - 8) * 6), stop < 4 ? null : now.AddMinutes(((stop - 3) * 7) - 2), stop < 4 ? now.AddMinutes((stop - 4) * 8) : null, stop < 4 ? now.AddMinutes(((stop - 4) * 8) + 3) : null))]);

    public static Engine.KnowledgeSource Fences()
    {
        var knowledge = new Engine.KnowledgeSource();
        var (south, west) = (Home.Latitude + 0.002, Home.Longitude + 0.01);
        knowledge.Fenced(GeofenceIndex.Build(
        [
            Geofence.FromCircle("hub", "Oslo hub", GeofenceKind.Hub, Home, 700),
            Geofence.FromArea("market", "Market square", GeofenceKind.Restricted, new NetTopologySuite.Geometries.GeometryFactory().CreatePolygon(
                [new(west, south), new(west + 0.01, south), new(west + 0.012, south + 0.006), new(west, south + 0.006), new(west, south)])),
            Geofence.FromCorridor("ring", "Ring road", GeofenceKind.District, [GeoPoint.Create(south + 0.01, west - 0.015), GeoPoint.Create(south + 0.012, west + 0.02)], 60),
        ]));
        return knowledge;
    }

    static ScanView Scan(int id, ScanEvent scan, DateTimeOffset at, string? place = null) => new($"s{id}", scan, at, place, null);
}

static class SampleStatistics
{
    public static object Json { get; } = new
    {
        engine = new
        {
            applied = new { position = 182_340, scan = 9_411, manifest = 120, registration = 3_000, command = 4 },
            verdicts = new { accepted = 180_002, duplicate = 1_240, late = 800, implausibleJump = 18 },
            shipments = new { inTransit = 1_200, outForDelivery = 1_511, delivered = 290 },
            input = "live",
        },
        ingestion = new { refused = new { notJson = 12, badInstant = 3 }, lag = new Dictionary<string, int> { ["tracking.positions[0]"] = 14 } },
        push = new { latency = new { p50Ms = 132, p99Ms = 267 }, connections = 12, follows = 15, viewsPushed = 4_410 },
    };
}
