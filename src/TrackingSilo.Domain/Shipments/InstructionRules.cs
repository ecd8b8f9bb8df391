using System.Collections.Immutable;

namespace TrackingSilo.Domain.Shipments;

/// <summary>What a recipient may still ask for, by status and by how near the vehicle is.</summary>
public static class InstructionRules
{
    /// <summary>A driver two stops away reads no new instruction.</summary>
    const int TooNearStops = 2;

    static readonly ImmutableArray<InstructionKind> AllKinds = [.. Enum.GetValues<InstructionKind>()];

    public static ImmutableArray<InstructionKind> Possible(Shipment shipment) => [.. AllKinds.Where(kind => WhyNot(shipment, kind) is null)];

    /// <summary>Why this kind is refused now: <c>over</c>, <c>tooNear</c>, <c>signatureRequired</c>, <c>alreadyOnTheWay</c>; null: it is not.</summary>
    public static string? WhyNot(Shipment shipment, InstructionKind kind)
    {
        var status = shipment.Standing.Status;
        if (LifeCycle.IsTerminal(status) || status == ShipmentStatus.Returning)
            return "over";
        if (status == ShipmentStatus.OutForDelivery && shipment.Followed is { StopsAway: < TooNearStops, SeenAt: not null })
            return "tooNear";
        if (kind == InstructionKind.SafePlace && shipment.Registration.Requires?.Value is { Signature: true } or { AgeCheck: true })
            return "signatureRequired";
        if (kind == InstructionKind.PickupPoint && status == ShipmentStatus.OutForDelivery)
            return "alreadyOnTheWay";
        return null;
    }
}
