using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>
/// EPCIS 2.0 (GS1) in JSON-LD: documents, query results and bare events. Each serialised thing of an event (EPC URN or GS1 Digital Link, parents before children) is a
/// shipment; the business step is the code. An event with an error declaration takes back the event of the same id, whatever else it repeats.
/// </summary>
sealed class EpcisDocument(CarrierFile file, DateTimeOffset recordTime)
{
    static readonly string[] EventPaths = ["$.epcisBody.eventList[*]", "$.epcisBody.event", "$.epcisBody.queryResults.resultsBody.eventList[*]"];

    // A parent stands for what is packed in it; without one each thing travels for itself.
    static readonly string[] ThingPaths = ["$.parentID", "$.epcList[*]", "$.childEPCs[*]", "$.inputEPCList[*]", "$.outputEPCList[*]"];

    public IReadOnlyList<CarrierEvent> Read(PayloadNode root)
    {
        var nodes = root.All(EventPaths).ToList();
        if (nodes.Count == 0 && root.First(["$.eventTime"]) is not null)
            nodes.Add(root);
        var events = new List<CarrierEvent>();
        foreach (var node in nodes)
        {
            foreach (var read in ReadEvent(node))
            {
                if (events.Count == Limits.CarrierEventsMax)
                    throw new PayloadException($"more than {Limits.CarrierEventsMax} events");
                events.Add(read);
            }
        }
        return events;
    }

    IEnumerable<CarrierEvent> ReadEvent(PayloadNode node)
    {
        var declared = node.First(["$.errorDeclaration.declarationTime"]);
        if (node.First(["$.eventTime"]) is not { } written)
            return [CarrierEvent.Refuse(RefusalReason.MissingProperty, "eventTime is missing")];
        var offset = node.First(["$.eventTimeZoneOffset"]);
        if (!EventTimes.Iso.TryRead(written, offset, out var at) || (declared is not null && !EventTimes.Iso.TryRead(declared, offset, out at)))
            return [CarrierEvent.Refuse(RefusalReason.BadInstant, $"'{CarrierPayload.Cut(declared ?? written)}' is no instant, or out of range")];
        if (at - recordTime > Limits.FutureTolerance)
            return [CarrierEvent.Refuse(RefusalReason.FromTheFuture, $"'{CarrierPayload.Cut(declared ?? written)}' lies more than 24 hours ahead")];
        var id = node.First(["$.eventID"]);
        if (id?.Length > Limits.IdMaxCharacters)
            return [CarrierEvent.Refuse(RefusalReason.BadValue, $"eventID has more than {Limits.IdMaxCharacters} characters")];
        if (declared is not null && id is null)
            return [CarrierEvent.Refuse(RefusalReason.MissingProperty, "an error declaration needs the eventID of what it declares wrong")];
        var things = ThingPaths.Select(path => node.All(path).Select(thing => thing.Text).OfType<string>().ToArray()).FirstOrDefault(found => found.Length > 0);
        if (things is null)
            return [CarrierEvent.Refuse(RefusalReason.MissingProperty, "the event names no single thing: quantities of a class are no shipment")];
        return things.Distinct(StringComparer.Ordinal).Select(thing => Of(node, thing, at, declared is null ? null : id, id));
    }

    CarrierEvent Of(PayloadNode node, string thing, DateTimeOffset at, string? retracts, string? id)
    {
        if (!ShipmentId.TryCreate(file.Carrier, NumberOf(thing), out var shipment))
            return CarrierEvent.Refuse(RefusalReason.BadIdentity, $"'{CarrierPayload.Cut(thing)}' is no EPC");
        var step = LastPart(node.First(["$.bizStep"]));
        var disposition = LastPart(node.First(["$.disposition"]));
        // What has become of it outweighs at which step.
        var meaning = (disposition is null ? null : file.Vocabulary.Find(disposition)) ?? (step is null ? null : file.Vocabulary.Find(step)) ?? new Meaning(ScanEvent.Unrecognised);
        var place = LastPart(node.First(["$.readPoint.id", "$.bizLocation.id"]));
        var location = place is null ? null : new ScanLocation { Facility = CarrierPayload.Cut(place) };
        var code = CarrierPayload.Cut(step ?? disposition, Limits.IdMaxCharacters);
        var happened = retracts is null ? meaning.Event : ScanEvent.Retraction;
        return new CarrierEvent
        {
            Shipment = shipment,
            Scan = new Scan
            {
                Id = retracts is null && id is not null ? id : ScanIdentity.Derive(happened, code, at, location, retracts),
                Event = happened, Reason = retracts is null ? meaning.Reason : Reason.None, OccurredAt = at, Code = code, Location = location, Retracts = retracts,
            },
        };
    }

    // urn:epc:id:sscc:0614141.1234567890 and https://id.gs1.org/00/106141412345678908: what names the thing, without the scheme that all have in common.
    static string NumberOf(string thing)
    {
        const string urn = "urn:epc:id:";
        if (thing.StartsWith(urn, StringComparison.Ordinal))
            return thing[urn.Length..];
        return Uri.TryCreate(thing, UriKind.Absolute, out var link) && link.Scheme is "http" or "https" ? link.AbsolutePath.Trim('/') : thing;
    }

    /// <summary>Vocabulary is written bare, as a URN or as a web address; the last part is the word.</summary>
    static string? LastPart(string? word) => word?[(word.LastIndexOfAny(['/', ':']) + 1)..];
}
