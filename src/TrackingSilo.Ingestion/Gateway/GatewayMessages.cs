using System.Text.Json.Serialization;

namespace TrackingSilo.Ingestion.Gateway;

// What the topics' messages look like, for the OpenAPI document; incoming ones are read by the decoders, in one pass and without these types.

/// <summary>Registers a shipment, or changes what is known of it. What a message leaves out stays as it was.</summary>
public sealed record ShipmentMessage
{
    /// <summary>The carrier's slug: 1 to 32 of a-z, 0-9 and -.</summary>
    public required string Carrier { get; init; }

    /// <summary>1 to 64 characters of printable ASCII; blanks and case do not count.</summary>
    public required string TrackingNumber { get; init; }

    /// <summary>When it was so. For each property the message with the later instant wins, in whatever order they arrive.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    public string? Merchant { get; init; }

    public string? Service { get; init; }

    /// <summary>Only with promisedBy, and no later than that.</summary>
    public DateTimeOffset? PromisedFrom { get; init; }

    public DateTimeOffset? PromisedBy { get; init; }

    public DestinationPart? Destination { get; init; }

    public RecipientPart? Recipient { get; init; }

    public RequirementsPart? Requires { get; init; }

    public OptionsPart? Options { get; init; }

    /// <summary>The shipment of which this one is a piece, as carrier/NUMBER.</summary>
    public string? Parent { get; init; }

    /// <summary>The shipment under which another carrier goes on with it, as carrier/NUMBER.</summary>
    public string? ContinuesAs { get; init; }

    /// <summary>Where a shipment goes.</summary>
    public sealed record DestinationPart
    {
        /// <summary>Degrees north; with longitude.</summary>
        public double? Latitude { get; init; }

        /// <summary>Degrees east; with latitude.</summary>
        public double? Longitude { get; init; }

        public string? Postcode { get; init; }

        public string? City { get; init; }

        /// <summary>ISO 3166-1, two letters.</summary>
        public string? Country { get; init; }

        /// <summary>IANA name; decides which day a delivery falls on.</summary>
        public string? TimeZone { get; init; }
    }

    /// <summary>Who waits.</summary>
    public sealed record RecipientPart
    {
        public string? Name { get; init; }

        public IReadOnlyList<ContactPart>? Contacts { get; init; }

        /// <summary>BCP 47, such as de-AT.</summary>
        public string? Locale { get; init; }
    }

    /// <summary>One way to reach a recipient.</summary>
    public sealed record ContactPart
    {
        /// <summary>Such as email or sms.</summary>
        public required string Channel { get; init; }

        public required string Address { get; init; }
    }

    /// <summary>What the merchant offers to the recipient.</summary>
    public sealed record OptionsPart
    {
        /// <summary>Kinds of instruction; left out: all.</summary>
        public IReadOnlyList<string>? Instructions { get; init; }
    }

    /// <summary>What the hand-over needs.</summary>
    public sealed record RequirementsPart
    {
        public bool? Signature { get; init; }

        public bool? AgeCheck { get; init; }
    }
}

/// <summary>What a carrier says happened to a shipment. Late, doubled and out of order is fine.</summary>
public sealed record ScanMessage
{
    /// <inheritdoc cref="ShipmentMessage.Carrier"/>
    public required string Carrier { get; init; }

    /// <inheritdoc cref="ShipmentMessage.TrackingNumber"/>
    public required string TrackingNumber { get; init; }

    /// <summary>The carrier's id of it; a repeat under the same id counts once. Without one, a scan is known by what it says.</summary>
    public string? EventId { get; init; }

    /// <summary>The carrier's own code. One of code, event and retracts is needed; an unknown code is kept and shown.</summary>
    public string? Code { get; init; }

    /// <summary>A canonical event, such as outForDelivery; it outweighs the code.</summary>
    public string? Event { get; init; }

    /// <summary>Why it is late or went wrong, such as notHome; outweighs what the code says.</summary>
    public string? Reason { get; init; }

    /// <summary>Event time; at most 24 hours after now.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public LocationPart? Location { get; init; }

    public string? Description { get; init; }

    /// <summary>Name of the carrier's vehicle on which the shipment is.</summary>
    public string? Vehicle { get; init; }

    public ProofPart? Proof { get; init; }

    /// <summary>The eventId of a scan that is taken back, sent before or not.</summary>
    public string? Retracts { get; init; }

    /// <summary>The commandId of a recipient's instruction (its key in the instructions topic, without instruction/) that is followed.</summary>
    public string? Confirms { get; init; }

    /// <summary>The commandId of one that cannot be followed.</summary>
    public string? Declines { get; init; }

    /// <summary>Where it happened.</summary>
    public sealed record LocationPart
    {
        public string? Facility { get; init; }

        public string? City { get; init; }

        public string? Country { get; init; }

        /// <inheritdoc cref="ShipmentMessage.DestinationPart.Latitude"/>
        public double? Latitude { get; init; }

        /// <inheritdoc cref="ShipmentMessage.DestinationPart.Longitude"/>
        public double? Longitude { get; init; }
    }

    /// <summary>What a carrier shows for a hand-over; references, not pictures.</summary>
    public sealed record ProofPart
    {
        public string? Name { get; init; }

        public string? Signature { get; init; }

        public string? Photo { get; init; }

        /// <inheritdoc cref="ShipmentMessage.DestinationPart.Latitude"/>
        public double? Latitude { get; init; }

        /// <inheritdoc cref="ShipmentMessage.DestinationPart.Longitude"/>
        public double? Longitude { get; init; }
    }
}

/// <summary>A vehicle's stops in planned order; replaces one with a lower version.</summary>
public sealed record ManifestMessage
{
    /// <inheritdoc cref="ShipmentMessage.Carrier"/>
    public required string Carrier { get; init; }

    /// <summary>The vehicle's name: 1 to 64 characters of printable ASCII; blanks and case do not count.</summary>
    public required string Vehicle { get; init; }

    /// <summary>The higher one replaces the lower one, in whatever order they arrive.</summary>
    public required long Version { get; init; }

    /// <summary>At most 500.</summary>
    public required IReadOnlyList<StopPart> Stops { get; init; }

    /// <summary>One planned stop.</summary>
    public sealed record StopPart
    {
        /// <summary>Another one at each stop.</summary>
        public required string StopId { get; init; }

        public required double Latitude { get; init; }

        public required double Longitude { get; init; }

        public int? ServiceSeconds { get; init; }

        public DateTimeOffset? PlannedAt { get; init; }

        /// <summary>Tracking numbers of the vehicle's carrier, or whole ids as carrier/NUMBER; at most 200.</summary>
        public IReadOnlyList<string>? Shipments { get; init; }
    }
}

/// <summary>Where a vehicle was.</summary>
public sealed record PositionMessage
{
    /// <inheritdoc cref="ShipmentMessage.Carrier"/>
    public required string Carrier { get; init; }

    /// <inheritdoc cref="ManifestMessage.Vehicle"/>
    public required string Vehicle { get; init; }

    /// <summary>When the device took it.</summary>
    public required DateTimeOffset At { get; init; }

    public required double Latitude { get; init; }

    public required double Longitude { get; init; }

    /// <summary>Radius within which the true place lies.</summary>
    public double? AccuracyMetres { get; init; }

    public double? SpeedMetresPerSecond { get; init; }

    /// <summary>Clockwise from north, 0 to 360.</summary>
    public double? HeadingDegrees { get; init; }

    /// <summary>The sender's own counter.</summary>
    public long? Sequence { get; init; }
}

/// <summary>What is asked of a shipment.</summary>
public sealed record CommandMessage
{
    /// <inheritdoc cref="ShipmentMessage.Carrier"/>
    public required string Carrier { get; init; }

    /// <inheritdoc cref="ShipmentMessage.TrackingNumber"/>
    public required string TrackingNumber { get; init; }

    /// <summary>The client's own; a repeat under the same id is acted on once.</summary>
    public required string CommandId { get; init; }

    /// <summary>instruct, revokeLinks or eraseRecipient.</summary>
    public required string Kind { get; init; }

    /// <summary>With instruct.</summary>
    public InstructionPart? Instruction { get; init; }

    /// <summary>What the recipient wants done.</summary>
    public sealed record InstructionPart
    {
        /// <summary>safePlace, neighbour, pickupPoint, reschedule, otherAddress, contactless, waiveSignature or requireSignature.</summary>
        public required string Kind { get; init; }

        /// <summary>With reschedule: the delivery day at the destination, as 2026-03-01.</summary>
        public string? Day { get; init; }

        /// <summary>In the recipient's own words; at most 200 characters. With otherAddress: the address.</summary>
        public string? Note { get; init; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CommandMessage))]
[JsonSerializable(typeof(GatewayAnswer))]
sealed partial class GatewayJson : JsonSerializerContext;
