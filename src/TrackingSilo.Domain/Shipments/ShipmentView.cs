using System.Collections.Immutable;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Milestones;

namespace TrackingSilo.Domain.Shipments;

/// <summary>Who looks: decides what <see cref="ShipmentViews.Of"/> shows.</summary>
public enum Viewer : byte
{
    /// <summary>The person who waits: sees the vehicle only when it is near, and hubs without names.</summary>
    Recipient,

    /// <summary>The carrier's or the merchant's own people.</summary>
    Operator,
}

/// <summary>All that leaves the system about one shipment, for one kind of viewer. Null means: not known, or not for this viewer at this stage.</summary>
public sealed record ShipmentView
{
    public required string Carrier { get; init; }
    public required string TrackingNumber { get; init; }
    public string? Merchant { get; init; }
    public required ShipmentStatus Status { get; init; }

    /// <summary>Event time of the scan that led to the status.</summary>
    public DateTimeOffset? StatusSince { get; init; }

    public required Punctuality Punctuality { get; init; }

    /// <summary>Why something is late or wrong.</summary>
    public Reason Reason { get; init; }

    /// <summary>Whose the reason is, where something is late or wrong.</summary>
    public Responsibility Responsibility { get; init; }

    /// <summary>Nothing goes on until the recipient does something.</summary>
    public bool RecipientMustAct { get; init; }

    public Promise? Promise { get; init; }

    /// <summary>When it comes.</summary>
    public ArrivalEstimate? Arrival { get; init; }

    /// <summary>Stops before this one; 0 = the vehicle is on its way to this one.</summary>
    public int? StopsAway { get; init; }

    /// <summary>The recipient was told that it is near, and it is not any more: the van went elsewhere first, or went by.</summary>
    public bool CountdownTakenBack { get; init; }

    public GeoPoint? VehiclePlace { get; init; }

    /// <summary>The vehicle is within this of <see cref="VehiclePlace"/>, which then is the middle of an area and no place; null: it is there.</summary>
    public int? VehicleWithinMetres { get; init; }

    /// <summary>Event time of <see cref="VehiclePlace"/>.</summary>
    public DateTimeOffset? VehicleSeenAt { get; init; }

    /// <summary>The vehicle has not reported since <see cref="VehicleSeenAt"/> for longer than it should.</summary>
    public bool VehicleSilent { get; init; }

    public GeoPoint? DestinationPlace { get; init; }
    public string? DestinationCity { get; init; }
    public string? DestinationTimeZone { get; init; }
    public string? Locale { get; init; }

    /// <summary>Standing scans, oldest first.</summary>
    public required ImmutableArray<ScanView> Timeline { get; init; }

    /// <summary>The timeline had more scans than it keeps.</summary>
    public bool EarlierScansNotShown { get; init; }

    public ImmutableArray<MilestoneView> Milestones { get; init; } = [];
    public ProofOfDelivery? Proof { get; init; }

    /// <summary>It was handed over this far from its destination, farther than a delivery there can be; null: it was not, or nobody can say.</summary>
    public double? MisplacedMetres { get; init; }

    /// <summary>The recipient's newest instruction, and whether it was taken.</summary>
    public InstructionView? Instruction { get; init; }

    /// <summary>Kinds of instruction that would be taken now.</summary>
    public ImmutableArray<InstructionKind> PossibleInstructions { get; init; } = [];
}

public sealed record ScanView(string Id, ScanEvent Event, DateTimeOffset OccurredAt, string? Place, string? Text);

public sealed record MilestoneView(MilestoneKind Kind, DateTimeOffset DecidedAt, bool Missed);

public sealed record InstructionView(InstructionKind Kind, string? Note, bool Accepted, string? RefusedBecause)
{
    /// <summary>The client's, by which it knows its own.</summary>
    public string? CommandId { get; init; }

    public DateOnly? Day { get; init; }

    public InstructionState State { get; init; } = Accepted ? InstructionState.Accepted : InstructionState.Refused;
}
