using System.Collections.Frozen;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>One carrier, as its file describes it. Immutable.</summary>
public sealed record CarrierFile
{
    /// <summary>The slug that its shipments bear.</summary>
    public required string Carrier { get; init; }

    public required string Name { get; init; }

    /// <summary>What its codes mean.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>How its payloads are read; null: it sends none, it is known by its codes or its numbers only.</summary>
    internal PayloadLayout? Payload { get; init; }

    /// <summary>How it signs what it sends; null: it does not.</summary>
    internal WebhookSignature? Signature { get; init; }

    /// <summary>For an aggregator: its names of carriers → ours. Empty: what comes is the carrier's own.</summary>
    internal FrozenDictionary<string, string> Carriers { get; init; } = FrozenDictionary<string, string>.Empty;

    internal IReadOnlyList<NumberFormat> Numbers { get; init; } = [];
}

enum PayloadFormat
{
    Json,
    Xml,
    Epcis,
}

/// <summary>Where the parts of a payload are: JSONPath or XPath, each relative to what holds it. Of several paths the first that leads to a text counts.</summary>
sealed record PayloadLayout
{
    public required PayloadFormat Format { get; init; }

    /// <summary>Leads to each shipment.</summary>
    public IReadOnlyList<string> Shipments { get; init; } = [];

    public IReadOnlyList<string> TrackingNumber { get; init; } = [];

    /// <summary>An aggregator's name of the carrier.</summary>
    public IReadOnlyList<string> Carrier { get; init; } = [];

    /// <summary>Leads to each event of a shipment.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    public IReadOnlyList<string> Id { get; init; } = [];

    /// <summary>The code that is shown and counted.</summary>
    public IReadOnlyList<string> Code { get; init; } = [];

    /// <summary>What is looked up among the codes, one path after the other until one is known; the code itself where nothing else is said.</summary>
    public IReadOnlyList<string> Meaning { get; init; } = [];

    /// <summary>Looked up among the codes for the reason only.</summary>
    public IReadOnlyList<string> Reason { get; init; } = [];

    public IReadOnlyList<string> Description { get; init; } = [];
    public IReadOnlyList<string> Facility { get; init; } = [];
    public IReadOnlyList<string> City { get; init; } = [];
    public IReadOnlyList<string> Country { get; init; } = [];
    public IReadOnlyList<string> Latitude { get; init; } = [];
    public IReadOnlyList<string> Longitude { get; init; } = [];
    public IReadOnlyList<string> SignedBy { get; init; } = [];

    /// <summary>Names of fields (paths) that together are the local time, joined by a blank.</summary>
    public IReadOnlyList<string> Time { get; init; } = [];

    /// <summary>A path to the offset, the zone's abbreviation or its IANA name, where the carrier gives it beside the time.</summary>
    public IReadOnlyList<string> Offset { get; init; } = [];

    public EventTimes Times { get; init; } = EventTimes.Iso;
}
