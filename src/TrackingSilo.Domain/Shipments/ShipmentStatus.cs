namespace TrackingSilo.Domain.Shipments;

/// <summary>Where a shipment stands. A superset into which the statuses of EasyPost, Shippo, AfterShip, ShipEngine and Karrio map.</summary>
public enum ShipmentStatus : byte
{
    Registered,
    InTransit,
    OutForDelivery,
    AttemptFailed,
    ReadyForPickup,
    Delivered,
    Returning,
    Returned,
    Cancelled,
    Lost,
}

/// <summary>How the shipment stands to its promise.</summary>
public enum Punctuality : byte
{
    Unknown,
    OnTime,
    AtRisk,
    Late,

    /// <summary>No scan for longer than is usual: nobody knows why yet.</summary>
    Stalled,
}

/// <summary>Whose the reason of a delay or an exception is.</summary>
public enum Responsibility : byte
{
    None,
    Carrier,
    Merchant,
    Recipient,
    Customs,
    WeatherAndForceMajeure,
    Other,
}
