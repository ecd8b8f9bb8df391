using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Gateway;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>One event of a carrier's payload: a scan, or why it is none.</summary>
sealed record CarrierEvent
{
    public ShipmentId Shipment { get; init; }
    public Scan? Scan { get; init; }
    public RefusalReason Refused { get; init; }
    public string? Detail { get; init; }

    public static CarrierEvent Refuse(RefusalReason reason, string detail) => new() { Refused = reason, Detail = detail };

    /// <summary>The scan as it stands in the log. What was not recognised goes with its code only, so that a later file may know it when the log is read again.</summary>
    public byte[] ToMessage()
    {
        var scan = Scan!;
        return JsonSerializer.SerializeToUtf8Bytes(
            new ScanMessage
            {
                Carrier = Shipment.Carrier, TrackingNumber = Shipment.TrackingNumber, EventId = scan.Id, Code = scan.Code,
                Event = scan.Event == ScanEvent.Retraction || (scan.Event == ScanEvent.Unrecognised && scan.Code is not null) ? null : ScanEventNames.Of(scan.Event),
                Reason = scan.Reason == Reason.None ? null : ReasonNames.Of(scan.Reason),
                OccurredAt = scan.OccurredAt, Description = scan.Description, Retracts = scan.Retracts,
                Location = scan.Location is { } location
                    ? new ScanMessage.LocationPart
                    {
                        Facility = location.Facility, City = location.City, Country = location.Country, Latitude = location.Place?.Latitude, Longitude = location.Place?.Longitude,
                    }
                    : null,
                Proof = scan.Proof is { } proof ? new ScanMessage.ProofPart { Name = proof.Name } : null,
            },
            CarrierJson.Default.ScanMessage);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScanMessage))]
sealed partial class CarrierJson : JsonSerializerContext;
