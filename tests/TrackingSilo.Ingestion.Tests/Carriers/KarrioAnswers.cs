using System.Globalization;
using System.Text.Json.Nodes;

namespace TrackingSilo.Ingestion.Tests.Carriers;

/// <summary>Raw answers of 26 carriers, and what the karrio project makes of them. Not part of the repository.</summary>
static class KarrioAnswers
{
    /// <param name="TrackingNumber">As the request would name it, where the answer does not.</param>
    public sealed record Answer(string Carrier, string Raw, string Parsed, string? TrackingNumber = null)
    {
        public string ContentType => Raw.EndsWith(".xml", StringComparison.Ordinal) ? "application/xml" : "application/json";
    }

    /// <param name="At">On the clock of the place, to the minute.</param>
    public sealed record Expected(string? Code, string? Status, DateTime At);

    public sealed record Tracker(string Number, string? Status, IReadOnlyList<Expected> Events);

    public static string? Folder => SharedData.Find("karrio-tracking");

    public static readonly Answer[] All =
    [
        new("asendia", "asendia__TrackingResponse.json", "asendia__ParsedTrackingResponse.json"),
        new("australiapost", "australiapost__TrackingResponse.json", "australiapost__ParsedTrackingResponse.json"),
        new("bpost", "bpost__TrackingResponse.xml", "bpost__ParsedTrackingResponse.json"),
        new("canadapost", "canadapost__TrackingResponseXml.xml", "canadapost__ParsedTrackingResponse.json"),
        new("chronopost", "chronopost__TrackingResponse.xml", "chronopost__ParsedTrackingResponse.json"),
        new("dhl-express", "dhl_express__TrackingResponseXML.xml", "dhl_express__ParsedTrackingResponse.json"),
        new("dhl-express", "dhl_express__IntransitTrackingResponseXML.xml", "dhl_express__ParsedInTransitTrackingResponse.json"),
        new("dhl-parcel-de", "dhl_parcel_de__TrackingResponseXML.xml", "dhl_parcel_de__ParsedTrackingResponse.json"),
        new("dhl-poland", "dhl_poland__TrackingResponseXML.xml", "dhl_poland__ParsedTrackingResponse.json"),
        new("dhl-universal", "dhl_universal__TrackingResponseJSON.json", "dhl_universal__ParsedTrackingResponse.json"),
        new("dpd", "dpd__TrackingResponse.xml", "dpd__ParsedTrackingResponse.json", "05308801410058"),
        new("fedex", "fedex__TrackingResponse.json", "fedex__ParsedTrackingResponse.json"),
        new("fedex", "fedex__DuplicateTrackingResponse.json", "fedex__ParsedDuplicateTrackingResponse.json"),
        new("fedex", "fedex__InconsistentDateTimeResponse.json", "fedex__ParsedInconsistentDateTimeResponse.json"),
        new("gls", "gls__TrackingResponse.json", "gls__ParsedTrackingResponse.json"),
        new("hermes", "hermes__TrackingResponse.json", "hermes__ParsedTrackingResponse.json"),
        new("landmark", "landmark__TRACKING_RESPONSE_XML.xml", "landmark__PARSED_TRACKING_RESPONSE.json"),
        new("landmark", "landmark__DELIVERED_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_DELIVERED_RESPONSE.json"),
        new("landmark", "landmark__DELIVERY_FAILED_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_DELIVERY_FAILED_RESPONSE.json"),
        new("landmark", "landmark__EARLY_STAGE_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_EARLY_STAGE_PENDING_RESPONSE.json"),
        new("landmark", "landmark__IN_TRANSIT_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_IN_TRANSIT_RESPONSE.json"),
        new("landmark", "landmark__MIDNIGHT_TIME_SORTING_RESPONSE_XML.xml", "landmark__PARSED_MIDNIGHT_TIME_SORTING_RESPONSE.json"),
        new("landmark", "landmark__MULTI_LEG_DELIVERED_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_MULTI_LEG_DELIVERED_RESPONSE.json"),
        new("landmark", "landmark__OUT_FOR_DELIVERY_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_OUT_FOR_DELIVERY_RESPONSE.json"),
        new("landmark", "landmark__TO_BE_ROUTED_TRACKING_RESPONSE_XML.xml", "landmark__PARSED_TO_BE_ROUTED_RESPONSE.json"),
        new("laposte", "laposte__TrackingResponse.json", "laposte__ParsedTrackingResponse.json"),
        new("mydhl", "mydhl__TrackingResponse.json", "mydhl__ParsedTrackingResponse.json"),
        new("parcelone", "parcelone__TrackingResponseJSON.json", "parcelone__ParsedTrackingResponse.json", "123456789012"),
        new("purolator", "purolator__TRACKING_RESPONSE_XML.xml", "purolator__PARSED_TRACKING_RESPONSE.json"),
        new("seko", "seko__TrackingResponse.json", "seko__ParsedTrackingResponse.json"),
        new("seko", "seko__TrackingResponse2.json", "seko__ParsedTrackingResponse2.json"),
        new("sendle", "sendle__TrackingResponse.json", "sendle__ParsedTrackingResponse.json", "S34WER4S"),
        new("smartkargo", "smartkargo__TrackingResponse.json", "smartkargo__ParsedTrackingResponse.json"),
        new("smartkargo", "smartkargo__PartnerTrackingResponse.json", "smartkargo__ParsedPartnerTrackingResponse.json", "TEST-PKG-001"), // karrio names it by the request
        new("smartkargo", "smartkargo__DotNetTicksTrackingResponse.json", "smartkargo__ParsedDotNetTicksTrackingResponse.json"),
        new("spring", "spring__TrackingResponse.json", "spring__ParsedTrackingResponse.json"),
        new("teleship", "teleship__TrackingResponse.json", "teleship__ParsedTrackingResponse.json"),
        new("ups", "ups__TrackingResponseJSON.json", "ups__ParsedTrackingResponse.json"),
        new("usps", "usps__TrackingResponse.json", "usps__ParsedTrackingResponse.json"),
        new("usps-international", "usps_international__TrackingResponse.json", "usps_international__ParsedTrackingResponse.json"),
    ];

    public static IEnumerable<Tracker> Parsed(string path)
    {
        if (JsonNode.Parse(File.ReadAllText(path)) is not JsonArray { Count: > 0 } root || root[0] is not { } first)
            yield break;
        foreach (var tracker in first is JsonArray several ? several.OfType<JsonObject>() : [first.AsObject()])
        {
            if (tracker["tracking_number"] is not null)
                yield return new Tracker((string)tracker["tracking_number"]!, (string?)tracker["status"], [.. tracker["events"]?.AsArray().Select(one => Read(one!)) ?? []]);
        }
    }

    static Expected Read(JsonNode one)
    {
        // Instants are local time that is marked Z; where there is none, date and time stand beside each other, "13:47 PM" among them.
        var at = (string?)one["timestamp"] is { } stamp
            ? DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture).DateTime
            : DateTime.Parse($"{one["date"]}T{((string)one["time"]!)[..5]}", CultureInfo.InvariantCulture);
        return new Expected((string?)one["code"], (string?)one["status"], at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute)));
    }
}
