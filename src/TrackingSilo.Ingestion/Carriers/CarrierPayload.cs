using System.Globalization;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>Turns a carrier's own payload into scans, as its file says. Each event is taken or refused by itself.</summary>
sealed class CarrierPayload(CarrierFile file, CarrierFiles all, DateTimeOffset recordTime)
{
    readonly PayloadLayout _layout = file.Payload!;

    /// <param name="trackingNumber">For payloads that do not name the shipment, which the request then does.</param>
    /// <exception cref="PayloadException">The whole of it cannot be read.</exception>
    public IReadOnlyList<CarrierEvent> Read(ReadOnlyMemory<byte> payload, string? trackingNumber)
    {
        var root = PayloadNode.Read(_layout.Format, payload);
        if (_layout.Format == PayloadFormat.Epcis)
            return new EpcisDocument(file, recordTime).Read(root);
        var events = new List<CarrierEvent>();
        foreach (var shipment in root.All(_layout.Shipments))
        {
            var number = shipment.First(_layout.TrackingNumber) ?? trackingNumber;
            var name = shipment.First(_layout.Carrier);
            foreach (var node in shipment.All(_layout.Events))
            {
                if (events.Count == Limits.CarrierEventsMax)
                    throw new PayloadException($"more than {Limits.CarrierEventsMax} events");
                events.Add(ReadEvent(node, shipment, number, name));
            }
        }
        return events;
    }

    CarrierEvent ReadEvent(PayloadNode node, PayloadNode shipment, string? number, string? carrierName)
    {
        if (number is null)
            return CarrierEvent.Refuse(RefusalReason.MissingProperty, "the event names no shipment, and neither does the request (trackingNumber)");
        if (CarrierOf(carrierName) is not { } carrier)
            return CarrierEvent.Refuse(RefusalReason.NotYours, $"'{Cut(carrierName)}' is no carrier that {file.Carrier} speaks for");
        if (!ShipmentId.TryCreate(carrier, number, out var id))
            return CarrierEvent.Refuse(RefusalReason.BadIdentity, $"'{Cut(number)}' is no tracking number");
        if (_layout.Time.Count == 0 || string.Join(' ', _layout.Time.Select(path => node.First([path])).OfType<string>()) is not { Length: > 0 } written)
            return CarrierEvent.Refuse(RefusalReason.MissingProperty, "the event has no time") with { Shipment = id };
        if (!_layout.Times.TryRead(written, node.First(_layout.Offset), out var at))
            return CarrierEvent.Refuse(RefusalReason.BadInstant, $"'{Cut(written)}' is no time as {file.Carrier} writes it, or out of range") with { Shipment = id };
        if (at - recordTime > Limits.FutureTolerance)
            return CarrierEvent.Refuse(RefusalReason.FromTheFuture, $"'{Cut(written)}' lies more than 24 hours ahead") with { Shipment = id };
        var code = Cut(node.First(_layout.Code), Limits.IdMaxCharacters);
        var description = Cut(node.First(_layout.Description));
        var meaning = MeaningOf(node, code, description, carrier);
        var location = LocationOf(node);
        return new CarrierEvent
        {
            Shipment = id,
            Scan = new Scan
            {
                Id = node.First(_layout.Id) is { Length: <= Limits.IdMaxCharacters } eventId ? eventId : IdOf(meaning.Event, code, description, at, location),
                Event = meaning.Event, Reason = meaning.Reason, OccurredAt = at, Code = code, Description = description, Location = location,
                Proof = meaning.Event == ScanEvent.Delivered && (node.First(_layout.SignedBy) ?? shipment.First(_layout.SignedBy)) is { } name
                    ? new ProofOfDelivery { Name = Cut(name) }
                    : null,
            },
        };
    }

    // What nobody has mapped is told apart by the carrier's words, too: they are all that is known of it.
    static string IdOf(ScanEvent happened, string? code, string? description, DateTimeOffset at, ScanLocation? location)
        => ScanIdentity.Derive(happened, code is null || happened == ScanEvent.Unrecognised ? $"{code}/{description}" : code, at, location, null);

    string? CarrierOf(string? name)
    {
        if (_layout.Carrier.Count == 0)
            return file.Carrier;
        if (name is null)
            return null;
        if (file.Carriers.TryGetValue(name, out var mapped))
            return mapped;
        return all.Find(name) is { } known ? known.Carrier : null;
    }

    Meaning MeaningOf(PayloadNode node, string? code, string? description, string carrier)
    {
        var meaning = Found(node, code, description) ?? new Meaning(ScanEvent.Unrecognised);
        if (node.First(_layout.Reason) is { } why && file.Vocabulary.Find(why) is { Reason: not Reason.None } cause && meaning.Event != ScanEvent.Unrecognised)
            meaning = meaning with { Reason = cause.Reason };
        return meaning;
    }

    Meaning? Found(PayloadNode node, string? code, string? description)
    {
        if (_layout.Meaning.Count == 0)
            return (code is null ? null : file.Vocabulary.Find(code)) ?? (description is null ? null : file.Vocabulary.FindText(description));
        foreach (var path in _layout.Meaning)
        {
            if (node.First([path]) is { } text && file.Vocabulary.Find(text) is { } meaning)
                return meaning;
        }
        return description is null ? null : file.Vocabulary.FindText(description);
    }

    ScanLocation? LocationOf(PayloadNode node)
    {
        var location = new ScanLocation
        {
            Facility = Cut(node.First(_layout.Facility)), City = Cut(node.First(_layout.City)), Country = Cut(node.First(_layout.Country)), Place = PlaceOf(node),
        };
        return location == new ScanLocation() ? null : location;
    }

    // A place that is none costs the scan its place, not its life.
    GeoPoint? PlaceOf(PayloadNode node)
        => double.TryParse(node.First(_layout.Latitude), NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
            && double.TryParse(node.First(_layout.Longitude), NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
            && GeoPoint.TryCreate(latitude, longitude, out var place)
                ? place
                : null;

    internal static string? Cut(string? text, int max = Limits.TextMaxCharacters)
    {
        if (text is null || text.Length <= max)
            return text;
        // Never through a pair of surrogates.
        return text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)];
    }
}
