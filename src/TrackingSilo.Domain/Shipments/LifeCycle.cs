namespace TrackingSilo.Domain.Shipments;

/// <summary>What one scan does to a status.</summary>
/// <param name="OpensLeg">A new leg begins: milestones are decided anew, and what the leg before showed no longer binds.</param>
public readonly record struct Transition(ShipmentStatus To, bool OpensLeg = false);

/// <summary>The life of a shipment as one table: (where it stands, what happened) → where it stands then.</summary>
public static class LifeCycle
{
    public static bool IsTerminal(ShipmentStatus status)
        => status is ShipmentStatus.Delivered or ShipmentStatus.Returned or ShipmentStatus.Cancelled or ShipmentStatus.Lost;

    /// <summary>Whether such a scan can ever change a status. The others are shown, and leave the timeline first when it is full.</summary>
    public static bool BearsStatus(ScanEvent happened) => happened is not (ScanEvent.Unrecognised or ScanEvent.Information
        or ScanEvent.Delayed or ScanEvent.Held or ScanEvent.Damaged or ScanEvent.Retraction);

    /// <summary>Null: the status stays.</summary>
    public static Transition? Next(ShipmentStatus from, ScanEvent happened) => (from, happened) switch
    {
        (_, ScanEvent.Unrecognised or ScanEvent.Information or ScanEvent.Delayed or ScanEvent.Held or ScanEvent.Damaged or ScanEvent.Retraction) => null,

        // On its way back: a hand-over now is the sender's.
        (ShipmentStatus.Returning, ScanEvent.Delivered or ScanEvent.Returned) => new(ShipmentStatus.Returned),
        (ShipmentStatus.Returning, ScanEvent.Lost) => new(ShipmentStatus.Lost),
        (ShipmentStatus.Returning, ScanEvent.Redelivery) => new(ShipmentStatus.InTransit, OpensLeg: true),
        (ShipmentStatus.Returning, _) => null,

        // Over: only a redelivery or a return opens it again (and a retraction, by taking the scan out before this table is asked).
        (ShipmentStatus.Delivered or ShipmentStatus.Returned or ShipmentStatus.Cancelled or ShipmentStatus.Lost, ScanEvent.Redelivery)
            => new(ShipmentStatus.InTransit, OpensLeg: true),
        (ShipmentStatus.Delivered or ShipmentStatus.Cancelled or ShipmentStatus.Lost, ScanEvent.ReturnStarted)
            => new(ShipmentStatus.Returning, OpensLeg: true),
        // A whole return in one scan.
        (ShipmentStatus.Delivered or ShipmentStatus.Cancelled or ShipmentStatus.Lost, ScanEvent.Returned)
            => new(ShipmentStatus.Returned, OpensLeg: true),
        // Whoever hands over a parcel has found it: a redelivery in one scan.
        (ShipmentStatus.Cancelled or ShipmentStatus.Lost, ScanEvent.Delivered) => new(ShipmentStatus.Delivered, OpensLeg: true),
        (ShipmentStatus.Delivered or ShipmentStatus.Returned or ShipmentStatus.Cancelled or ShipmentStatus.Lost, _) => null,

        // Under way.
        (ShipmentStatus.Registered, ScanEvent.Registered) => new(ShipmentStatus.Registered),
        (_, ScanEvent.Registered) => null,
        (_, ScanEvent.PickedUp or ScanEvent.ArrivedAtFacility or ScanEvent.DepartedFacility or ScanEvent.InCustoms
            or ScanEvent.HandedToOtherCarrier or ScanEvent.LoadedOnVehicle) => new(ShipmentStatus.InTransit),
        (_, ScanEvent.OutForDelivery) => new(ShipmentStatus.OutForDelivery),
        (_, ScanEvent.AttemptFailed) => new(ShipmentStatus.AttemptFailed),
        (_, ScanEvent.ReadyForPickup) => new(ShipmentStatus.ReadyForPickup),
        (_, ScanEvent.Delivered) => new(ShipmentStatus.Delivered),
        (_, ScanEvent.Redelivery) => new(ShipmentStatus.InTransit, OpensLeg: true),
        (_, ScanEvent.ReturnStarted) => new(ShipmentStatus.Returning, OpensLeg: true),
        (_, ScanEvent.Returned) => new(ShipmentStatus.Returned, OpensLeg: true),
        (_, ScanEvent.Cancelled) => new(ShipmentStatus.Cancelled),
        (_, ScanEvent.Lost) => new(ShipmentStatus.Lost),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "No row of the table."),
    };
}
