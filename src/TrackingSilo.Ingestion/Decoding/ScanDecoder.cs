using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>Topic <c>scans</c>.</summary>
/// <param name="counters">Count codes that no vocabulary maps, and delays; null: nobody wants to know.</param>
public sealed class ScanDecoder(CarrierVocabularies vocabularies, IngestionCounters? counters = null) : MessageDecoder
{
    private protected override Report Read(ref JsonMessage message, long offset, DateTimeOffset recordTime)
    {
        string? carrier = null, trackingNumber = null, eventId = null, code = null, eventName = null, reasonName = null, description = null, vehicle = null, retracts = null, confirms = null, declines = null;
        DateTimeOffset? occurredAt = null;
        ScanLocation? location = null;
        ProofOfDelivery? proof = null;
        while (message.NextProperty())
        {
            if (message.Is("carrier"u8))
                carrier = message.Text("carrier");
            else if (message.Is("trackingNumber"u8))
                trackingNumber = message.Text("trackingNumber");
            else if (message.Is("eventId"u8))
                eventId = message.Id("eventId");
            else if (message.Is("code"u8))
                code = message.Id("code");
            else if (message.Is("event"u8))
                eventName = message.Text("event");
            else if (message.Is("reason"u8))
                reasonName = message.Text("reason");
            else if (message.Is("occurredAt"u8))
                occurredAt = message.Instant("occurredAt");
            else if (message.Is("location"u8))
                location = ReadLocation(ref message);
            else if (message.Is("description"u8))
                description = message.Text("description");
            else if (message.Is("vehicle"u8))
                vehicle = message.Text("vehicle");
            else if (message.Is("proof"u8))
                proof = ReadProof(ref message);
            else if (message.Is("retracts"u8))
                retracts = message.Id("retracts");
            else if (message.Is("confirms"u8))
                confirms = message.Id("confirms");
            else if (message.Is("declines"u8))
                declines = message.Id("declines");
            else
                message.Skip();
        }

        var id = message.Shipment(carrier, trackingNumber);
        if (occurredAt is not { } happened)
        {
            message.Missing("occurredAt");
            return default;
        }
        if (happened - recordTime > Limits.FutureTolerance)
            message.Refuse(RefusalReason.FromTheFuture, "occurredAt lies more than 24 hours after the time of its record");
        var (scanEvent, reason) = MeaningOf(ref message, id.Carrier, code, eventName, retracts);
        if (reasonName is not null && !ReasonNames.TryParse(reasonName, out reason))
            message.Bad("reason", "one of the canonical reasons");
        var vehicleId = VehicleOf(ref message, id.Carrier, vehicle);
        if (message.Failed)
            return default;
        var scan = new Scan
        {
            Id = eventId ?? ScanIdentity.Derive(scanEvent, code, happened, location, retracts),
            Event = scanEvent, OccurredAt = happened, Code = code, Location = location, Description = description,
            Vehicle = vehicleId, Proof = proof, Retracts = retracts, Reason = reason, Confirms = confirms, Declines = declines,
        };
        if (scanEvent == ScanEvent.Unrecognised)
            counters?.UnrecognisedCodes.Add(id.Carrier, code);
        counters?.ScanDelays.Add(id.Carrier, recordTime - happened);
        return new Report { Kind = ReportKind.Scan, Key = id.Value, Offset = offset, RecordTime = recordTime, Body = scan };
    }

    // What it takes back outweighs what it calls itself; a canonical name outweighs the carrier's code, which is kept beside it.
    Meaning MeaningOf(ref JsonMessage message, string carrier, string? code, string? eventName, string? retracts)
    {
        var meaning = new Meaning(ScanEvent.Unrecognised);
        if (eventName is not null)
        {
            if (ScanEventNames.TryParse(eventName, out var named))
                meaning = new Meaning(named);
            else
                message.Bad("event", "one of the canonical events");
        }
        if (retracts is not null)
            return new Meaning(ScanEvent.Retraction);
        if (eventName is null && code is null)
            message.Refuse(RefusalReason.MissingProperty, "neither code nor event is there");
        else if (eventName is null)
            meaning = vocabularies.Of(carrier).Of(code!);
        if (meaning.Event == ScanEvent.Retraction)
            message.Missing("retracts");
        return meaning;
    }

    static VehicleId? VehicleOf(ref JsonMessage message, string carrier, string? vehicle)
    {
        if (vehicle is null || message.Failed)
            return null;
        if (!VehicleId.TryCreate(carrier, vehicle, out var id))
            message.Refuse(RefusalReason.BadIdentity, VehicleNaming.Rule);
        return id;
    }

    static ScanLocation? ReadLocation(ref JsonMessage message)
    {
        if (!message.EnterObject("location"))
            return null;
        string? facility = null, city = null, country = null;
        double? latitude = null, longitude = null;
        while (message.NextProperty())
        {
            if (message.Is("facility"u8))
                facility = message.Text("location.facility");
            else if (message.Is("city"u8))
                city = message.Text("location.city");
            else if (message.Is("country"u8))
                country = message.Text("location.country");
            else if (message.Is("latitude"u8))
                latitude = message.Number("location.latitude", -90, 90);
            else if (message.Is("longitude"u8))
                longitude = message.Number("location.longitude", -180, 180);
            else
                message.Skip();
        }
        var place = message.Place("location.", latitude, longitude);
        return new ScanLocation { Facility = facility, City = city, Country = country, Place = place };
    }

    static ProofOfDelivery? ReadProof(ref JsonMessage message)
    {
        if (!message.EnterObject("proof"))
            return null;
        string? name = null, signature = null, photo = null;
        double? latitude = null, longitude = null;
        while (message.NextProperty())
        {
            if (message.Is("name"u8))
                name = message.Text("proof.name");
            else if (message.Is("signature"u8))
                signature = message.Text("proof.signature");
            else if (message.Is("photo"u8))
                photo = message.Text("proof.photo");
            else if (message.Is("latitude"u8))
                latitude = message.Number("proof.latitude", -90, 90);
            else if (message.Is("longitude"u8))
                longitude = message.Number("proof.longitude", -180, 180);
            else
                message.Skip();
        }
        var place = message.Place("proof.", latitude, longitude);
        return new ProofOfDelivery { Name = name, Signature = signature, Photo = photo, Place = place };
    }
}
