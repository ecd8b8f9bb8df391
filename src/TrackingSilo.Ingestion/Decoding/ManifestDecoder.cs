using System.Collections.Immutable;
using System.Globalization;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>Topic <c>manifests</c>. A shipment of a stop is a whole id (<c>carrier/NUMBER</c>) or, without a slash, a number of the vehicle's own carrier.</summary>
public sealed class ManifestDecoder(VehicleIdCache vehicles) : MessageDecoder
{
    const int NameMaxBytes = 512;
    const int ServiceSecondsMax = 24 * 60 * 60;
    const string ShipmentRule = "an id as carrier/NUMBER, or a tracking number of the vehicle's carrier";

    public override int MaxBytes => Limits.ManifestMaxBytes;

    private protected override Report Read(ref JsonMessage message, long offset, DateTimeOffset recordTime)
    {
        Span<byte> carrier = stackalloc byte[NameMaxBytes];
        Span<byte> vehicle = stackalloc byte[NameMaxBytes];
        var carrierLength = -1;
        var vehicleLength = -1;
        long? version = null;
        List<PlannedStop>? stops = null;
        while (message.NextProperty())
        {
            if (message.Is("carrier"u8))
                carrierLength = message.TextBytes("carrier", carrier);
            else if (message.Is("vehicle"u8))
                vehicleLength = message.TextBytes("vehicle", vehicle);
            else if (message.Is("version"u8))
                version = message.Integer("version", 0, long.MaxValue);
            else if (message.Is("stops"u8))
                stops = ReadStops(ref message);
            else
                message.Skip();
        }

        if (carrierLength < 0)
            message.Missing("carrier");
        if (vehicleLength < 0)
            message.Missing("vehicle");
        if (version is null)
            message.Missing("version");
        if (stops is null)
            message.Missing("stops");
        if (message.Failed)
            return default;
        if (!vehicles.TryResolve(carrier[..carrierLength], vehicle[..vehicleLength], out var key))
        {
            message.Refuse(RefusalReason.BadIdentity, VehicleNaming.Rule);
            return default;
        }
        var manifest = new Manifest { Version = version!.Value, RecordTime = recordTime, Stops = Resolve(ref message, stops!, key[..key.IndexOf('/')]) };
        return new Report { Kind = ReportKind.Manifest, Key = key, Offset = offset, RecordTime = recordTime, Body = manifest };
    }

    static List<PlannedStop>? ReadStops(ref JsonMessage message)
    {
        if (!message.EnterArray("stops"))
            return null;
        var stops = new List<PlannedStop>();
        while (message.NextItem())
        {
            if (stops.Count == Limits.ManifestStopsMax)
                message.Bad("stops", string.Create(CultureInfo.InvariantCulture, $"at most {Limits.ManifestStopsMax}"));
            else if (message.EnterObject("stops[]"))
                stops.Add(ReadStop(ref message));
            else
                message.Bad("stops[]", "an object");
        }
        return stops;
    }

    static PlannedStop ReadStop(ref JsonMessage message)
    {
        string? stopId = null;
        double? latitude = null, longitude = null;
        long? serviceSeconds = null;
        DateTimeOffset? plannedAt = null;
        List<string>? shipments = null;
        while (message.NextProperty())
        {
            if (message.Is("stopId"u8))
                stopId = message.Id("stops[].stopId");
            else if (message.Is("latitude"u8))
                latitude = message.Number("stops[].latitude", -90, 90);
            else if (message.Is("longitude"u8))
                longitude = message.Number("stops[].longitude", -180, 180);
            else if (message.Is("serviceSeconds"u8))
                serviceSeconds = message.Integer("stops[].serviceSeconds", 0, ServiceSecondsMax);
            else if (message.Is("plannedAt"u8))
                plannedAt = message.Instant("stops[].plannedAt");
            else if (message.Is("shipments"u8))
                shipments = ReadShipments(ref message);
            else
                message.Skip();
        }
        if (stopId is null)
            message.Missing("stops[].stopId");
        if (latitude is null)
            message.Missing("stops[].latitude");
        if (longitude is null)
            message.Missing("stops[].longitude");
        return message.Failed
            ? default
            : new PlannedStop(stopId!, GeoPoint.Create(latitude!.Value, longitude!.Value), (int?)serviceSeconds, plannedAt, shipments);
    }

    static List<string>? ReadShipments(ref JsonMessage message)
    {
        if (!message.EnterArray("stops[].shipments"))
            return null;
        var shipments = new List<string>();
        while (message.NextItem())
        {
            var shipment = message.Text("stops[].shipments[]");
            if (shipment is null)
                message.Bad("stops[].shipments[]", ShipmentRule);
            else if (shipments.Count == Limits.StopShipmentsMax)
                message.Bad("stops[].shipments", string.Create(CultureInfo.InvariantCulture, $"at most {Limits.StopShipmentsMax}"));
            else
                shipments.Add(shipment);
        }
        return shipments;
    }

    // After the last property, for the carrier may come after the stops.
    static ImmutableArray<ManifestStop> Resolve(ref JsonMessage message, List<PlannedStop> planned, string carrier)
    {
        var known = new HashSet<string>(planned.Count, StringComparer.Ordinal);
        var stops = ImmutableArray.CreateBuilder<ManifestStop>(planned.Count);
        foreach (var stop in planned)
        {
            if (!known.Add(stop.StopId))
                message.Bad("stops[].stopId", "another one at each stop");
            var shipments = ImmutableArray.CreateBuilder<ShipmentId>(stop.Shipments?.Count ?? 0);
            foreach (var text in stop.Shipments ?? [])
            {
                if (text.Contains('/', StringComparison.Ordinal) ? ShipmentId.TryParse(text, out var id) : ShipmentId.TryCreate(carrier, text, out id))
                    shipments.Add(id);
                else
                    message.Bad("stops[].shipments[]", ShipmentRule);
            }
            stops.Add(new ManifestStop
            {
                StopId = stop.StopId, Place = stop.Place, ServiceSeconds = stop.ServiceSeconds, PlannedAt = stop.PlannedAt,
                Shipments = shipments.DrainToImmutable(),
            });
        }
        return stops.DrainToImmutable();
    }

    readonly record struct PlannedStop(string StopId, GeoPoint Place, int? ServiceSeconds, DateTimeOffset? PlannedAt, List<string>? Shipments);
}
