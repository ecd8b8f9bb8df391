using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>Puts what happens in the city into messages.</summary>
static class CityMessages
{
    /// <summary>From a scanner in somebody's hand to our door.</summary>
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(400);

    public static IEnumerable<SimulatedMessage> Of(IEnumerable<LifeStep> steps, TourPlan? tour)
        => steps.Select(step => step.Kind switch
        {
            LifeStepKind.Registration => Registration(step.At, step.Parcel!),
            LifeStepKind.Scan => Scan(step, tour),
            LifeStepKind.Command => Command(step.At, step.Parcel!, step.Description),
            _ => Manifest(step, tour!),
        });

    static SimulatedMessage Registration(DateTimeOffset at, Parcel parcel)
    {
        var value = Wire.Object(json =>
        {
            json.Identity(parcel.Id);
            json.WriteString("merchant", parcel.Merchant);
            json.WriteString("service", parcel.Service);
            if (parcel.PromisedFrom is { } from)
                json.Instant("promisedFrom", from);
            json.Instant("promisedBy", parcel.PromisedBy);
            json.WriteStartObject("destination");
            json.Place(parcel.Destination);
            json.WriteString("postcode", parcel.Postcode);
            json.WriteString("city", Town.Name);
            json.WriteString("country", Town.Country);
            json.WriteString("timeZone", Town.TimeZoneName);
            json.WriteEndObject();
            Recipient(json, parcel);
            json.WriteStartObject("requires");
            json.WriteBoolean("signature", parcel.Signature);
            json.WriteBoolean("ageCheck", false);
            json.WriteEndObject();
            json.Instant("changedAt", at);
        });
        return new SimulatedMessage(at + Latency, MessageTopic.Shipments, parcel.Id.Value, value, new RegistrationFact(parcel.Id));
    }

    static void Recipient(Utf8JsonWriter json, Parcel parcel)
    {
        json.WriteStartObject("recipient");
        json.WriteString("name", parcel.RecipientName);
        json.WriteStartArray("contacts");
        json.WriteStartObject();
        json.WriteString("channel", "email");
        json.WriteString("address", parcel.Id.TrackingNumber.ToLowerInvariant() + "@example.org");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("locale", parcel.Locale);
        json.WriteEndObject();
    }

    static SimulatedMessage Scan(LifeStep step, TourPlan? tour)
    {
        var parcel = step.Parcel!;
        var value = Wire.Object(json =>
        {
            if (parcel.Carrier.NumbersEvents)
                json.WriteString("eventId", EventId(parcel, step.Number));
            json.Identity(parcel.Id);
            json.WriteString("code", parcel.Carrier.Codes[step.Event]);
            json.Instant("occurredAt", step.At);
            Location(json, parcel, step.Place);
            json.WriteString("description", step.Description);
            if (tour is not null && step.Event is ScanEvent.LoadedOnVehicle or ScanEvent.OutForDelivery)
                json.WriteString("vehicle", tour!.Vehicle.Name);
            if (step.Event == ScanEvent.Delivered && step.Place == ScanPlace.Door)
                Proof(json, parcel);
            if (step.Retracts > 0)
                json.WriteString("retracts", EventId(parcel, step.Retracts));
        });
        var fact = new ScanFact(
            parcel.Id, EventId(parcel, step.Number), step.Event, step.At, step.Retracts > 0 ? EventId(parcel, step.Retracts) : null);
        return new SimulatedMessage(step.At + Latency, MessageTopic.Scans, parcel.Id.Value, value, fact);
    }

    static string EventId(Parcel parcel, int number) => string.Create(CultureInfo.InvariantCulture, $"{parcel.Id.TrackingNumber}-{number}");

    static void Location(Utf8JsonWriter json, Parcel parcel, ScanPlace place)
    {
        if (place == ScanPlace.None)
            return;
        json.WriteStartObject("location");
        switch (place)
        {
            case ScanPlace.Hub:
                json.WriteString("facility", CarrierProfile.HubName);
                json.Place(Town.Place(CarrierProfile.Hub));
                break;
            case ScanPlace.Depot:
                json.WriteString("facility", parcel.Carrier.DepotName);
                json.Place(Town.Place(parcel.Carrier.Depot));
                break;
            default:
                json.Place(parcel.Destination);
                break;
        }
        json.WriteString("city", Town.Name);
        json.WriteString("country", Town.Country);
        json.WriteEndObject();
    }

    static void Proof(Utf8JsonWriter json, Parcel parcel)
    {
        json.WriteStartObject("proof");
        json.WriteString("name", parcel.RecipientName);
        if (parcel.Signature)
            json.WriteString("signature", "signature:" + parcel.Id.TrackingNumber);
        else
            json.WriteString("photo", "photo:" + parcel.Id.TrackingNumber);
        json.Place(parcel.Destination);
        json.WriteEndObject();
    }

    // A recipient's wish that the merchant's own shop passes on.
    static SimulatedMessage Command(DateTimeOffset at, Parcel parcel, string? note)
    {
        var id = "wish-" + parcel.Id.TrackingNumber;
        var value = Wire.Object(json =>
        {
            json.Identity(parcel.Id);
            json.WriteString("commandId", id);
            json.WriteString("kind", "instruct");
            json.WriteStartObject("instruction");
            json.WriteString("kind", "safePlace");
            json.WriteString("note", note);
            json.WriteEndObject();
        });
        return new SimulatedMessage(at + Latency, MessageTopic.Commands, parcel.Id.Value, value, new CommandFact(parcel.Id, id));
    }

    static SimulatedMessage Manifest(LifeStep step, TourPlan tour)
    {
        // The first names what was planned in the morning; the next one, on the way, what still lies ahead, the second visit included.
        var stops = step.Number == 0
            ? tour.Stops.Where(stop => !stop.IsSecondVisit)
            : tour.Stops.Where(stop => stop.LeavesAt > step.At);
        var version = tour.FirstManifest + step.Number;
        ImmutableArray<ManifestStop> onTheWire =
        [
            .. stops.Select(stop => new ManifestStop
            {
                StopId = stop.Id, Place = stop.Place, ServiceSeconds = (int)TourPlan.PlannedServiceSeconds, PlannedAt = stop.PlannedAt,
                Shipments = [.. stop.Parcels.Select(parcel => parcel.Id)],
            }),
        ];
        return new SimulatedMessage(
            step.At + Latency, MessageTopic.Manifests, tour.Vehicle.Value, Wire.Manifest(tour.Vehicle, version, onTheWire),
            new ManifestFact(tour.Vehicle, version, onTheWire.Length));
    }
}
