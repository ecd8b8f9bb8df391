namespace TrackingSilo.Domain.Milestones;

/// <summary>What a recipient is told about.</summary>
public enum MilestoneKind : byte
{
    Registered,
    InTransit,
    OutForDelivery,

    /// <summary>Ten stops away.</summary>
    TenStopsAway,

    /// <summary>Three stops away.</summary>
    ThreeStopsAway,

    /// <summary>About thirty minutes away.</summary>
    ThirtyMinutesAway,

    /// <summary>About ten minutes away.</summary>
    TenMinutesAway,

    /// <summary>The vehicle entered the circle around the destination.</summary>
    Nearby,

    AttemptFailed,
    ReadyForPickup,
    Delivered,
    Returning,
    Returned,
    Late,
    Stalled,

    /// <summary>About an hour away.</summary>
    SixtyMinutesAway,

    /// <summary>About twenty minutes away.</summary>
    TwentyMinutesAway,

    /// <summary>About five minutes away.</summary>
    FiveMinutesAway,
}
