using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Shipments;

/// <summary>One thing that a carrier says happened to a shipment. Immutable.</summary>
public sealed record Scan
{
    /// <summary>The carrier's event id; where it gave none, <see cref="ScanIdentity.Derive"/> of what it said.</summary>
    public required string Id { get; init; }

    public required ScanEvent Event { get; init; }

    /// <summary>Event time, with the offset that the carrier gave (kept for showing local time; order is by the instant).</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The carrier's own code; null where it sent a canonical event.</summary>
    public string? Code { get; init; }

    public ScanLocation? Location { get; init; }

    public string? Description { get; init; }

    /// <summary>Why, where something is late or went wrong and the carrier says so.</summary>
    public Reason Reason { get; init; }

    public VehicleId? Vehicle { get; init; }

    public ProofOfDelivery? Proof { get; init; }

    /// <summary>For <see cref="ScanEvent.Retraction"/>: the id of the scan that it takes back, whether that is known yet or not.</summary>
    public string? Retracts { get; init; }

    /// <summary>Id of a recipient's command that the carrier says it follows.</summary>
    public string? Confirms { get; init; }

    /// <summary>Id of one that it cannot follow.</summary>
    public string? Declines { get; init; }

    /// <summary>Without the name of whoever took the parcel: what is left of it after a recipient was erased.</summary>
    public Scan WithoutName() => Proof is { Name: not null } ? this with { Proof = Proof with { Name = null } } : this;
}

/// <summary>Where a scan was made; every part may be missing.</summary>
public sealed record ScanLocation
{
    public string? Facility { get; init; }
    public string? City { get; init; }
    public string? Country { get; init; }
    public GeoPoint? Place { get; init; }
}

/// <summary>What a carrier shows for a hand-over; every part may be missing. <see cref="Signature"/> and <see cref="Photo"/> are references, not pictures.</summary>
public sealed record ProofOfDelivery
{
    public string? Name { get; init; }
    public string? Signature { get; init; }
    public string? Photo { get; init; }
    public GeoPoint? Place { get; init; }
}
