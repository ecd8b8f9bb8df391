using System.Collections.Immutable;

namespace TrackingSilo.Domain.Shipments;

/// <summary>What a recipient may still ask for: by status, by how near the vehicle is, by what the parcel needs and by what its merchant offers.</summary>
public static class InstructionRules
{
    /// <summary>A driver two stops away reads no new instruction.</summary>
    const int TooNearStops = 2;

    static readonly ImmutableArray<InstructionKind> AllKinds = [.. Enum.GetValues<InstructionKind>()];

    public static ImmutableArray<InstructionKind> Possible(Shipment shipment) => [.. AllKinds.Where(kind => WhyNot(shipment, kind) is null)];

    /// <summary>
    /// Why this kind is refused now: <c>over</c>, <c>tooNear</c>, <c>alreadyOnTheWay</c>, <c>atPickupPoint</c>, <c>notOffered</c>, <c>signatureRequired</c>, <c>nothingToWaive</c>,
    /// <c>alreadyRequired</c>; null: it is not.
    /// </summary>
    public static string? WhyNot(Shipment shipment, InstructionKind kind)
        => ByStatus(shipment, kind) ?? ByMerchant(shipment, kind) ?? ByHandOver(shipment, kind);

    static string? ByStatus(Shipment shipment, InstructionKind kind) => (shipment.Standing.Status, kind) switch
    {
        (ShipmentStatus.Delivered or ShipmentStatus.Returning or ShipmentStatus.Returned or ShipmentStatus.Cancelled or ShipmentStatus.Lost, _) => "over",
        (ShipmentStatus.OutForDelivery, _) when shipment.Followed is { StopsAway: < TooNearStops, SeenAt: not null } => "tooNear",
        (ShipmentStatus.OutForDelivery, InstructionKind.PickupPoint or InstructionKind.Reschedule or InstructionKind.OtherAddress) => "alreadyOnTheWay",
        (ShipmentStatus.ReadyForPickup, not (InstructionKind.Reschedule or InstructionKind.OtherAddress)) => "atPickupPoint",
        _ => null,
    };

    static string? ByMerchant(Shipment shipment, InstructionKind kind)
        => shipment.Registration.Options?.Value is { } options && !options.Instructions.Contains(kind) ? "notOffered" : null;

    static string? ByHandOver(Shipment shipment, InstructionKind kind)
    {
        var (signature, ageCheck) = Needs(shipment);
        return kind switch
        {
            InstructionKind.SafePlace or InstructionKind.Contactless when signature || ageCheck => "signatureRequired",
            InstructionKind.WaiveSignature when ageCheck => "signatureRequired",
            InstructionKind.WaiveSignature when !signature => "nothingToWaive",
            InstructionKind.RequireSignature when signature => "alreadyRequired",
            _ => null,
        };
    }

    /// <summary>What the hand-over needs, after what the recipient has asked for last.</summary>
    public static (bool Signature, bool AgeCheck) Needs(Shipment shipment)
    {
        var needs = shipment.Registration.Requires?.Value;
        var signature = needs?.Signature ?? false;
        foreach (var outcome in shipment.Commands)
        {
            if (outcome is { RefusedBecause: null, Instruction.Kind: InstructionKind.WaiveSignature or InstructionKind.RequireSignature } taken)
                signature = taken.Instruction!.Kind == InstructionKind.RequireSignature;
        }
        return (signature, needs?.AgeCheck ?? false);
    }

    /// <summary>What has become of an instruction: whether it was taken, and what the carrier has said of it since.</summary>
    public static InstructionState StateOf(Shipment shipment, CommandOutcome outcome)
    {
        if (outcome.RefusedBecause is not null)
            return InstructionState.Refused;
        var state = InstructionState.Accepted;
        foreach (var scan in shipment.Timeline.Scans)
        {
            if (shipment.Timeline.IsRetracted(scan))
                continue;
            if (scan.Confirms == outcome.CommandId)
                state = InstructionState.Confirmed;
            else if (scan.Declines == outcome.CommandId)
                state = InstructionState.Declined;
            else if (scan.Event == ScanEvent.ReadyForPickup && outcome.Instruction?.Kind == InstructionKind.PickupPoint && scan.OccurredAt >= outcome.At)
                state = InstructionState.Confirmed;
        }
        return state;
    }
}

public enum InstructionState : byte
{
    /// <summary>It has gone to the carrier, which has not answered.</summary>
    Accepted,
    Refused,

    /// <summary>The carrier does it, or has done it.</summary>
    Confirmed,

    /// <summary>The carrier cannot do it after all.</summary>
    Declined,
}
