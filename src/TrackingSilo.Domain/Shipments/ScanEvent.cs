namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// What a scan says, in canonical words. The order is the order within one instant (its rank): of two scans with the same
/// time, the one that comes later in a shipment's life counts as the later.
/// </summary>
public enum ScanEvent : byte
{
    /// <summary>A code that no vocabulary maps: kept and shown as the carrier's own text, bears no status.</summary>
    Unrecognised,

    /// <summary>Something worth showing that bears no status: information sent, address corrected, customs paperwork.</summary>
    Information,

    Registered,
    PickedUp,
    ArrivedAtFacility,
    DepartedFacility,
    InCustoms,
    Delayed,
    Held,
    HandedToOtherCarrier,
    LoadedOnVehicle,
    OutForDelivery,
    AttemptFailed,
    ReadyForPickup,
    Damaged,
    Delivered,
    Redelivery,
    ReturnStarted,
    Returned,
    Cancelled,
    Lost,

    /// <summary>Takes back the scan that <see cref="Scan.Retracts"/> names.</summary>
    Retraction,
}
