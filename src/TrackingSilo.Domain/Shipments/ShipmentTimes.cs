namespace TrackingSilo.Domain.Shipments;

/// <summary>What time alone does to a shipment: when it is late, when it is stalled, when it may be forgotten.</summary>
public static class ShipmentTimes
{
    /// <summary>No scan for this long, and nobody says why. A weekend without scans is usual; two days on a working day are not.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromHours(48);

    /// <summary>Merchants announce parcels long before they hand them over: only then has anything stopped.</summary>
    public static readonly TimeSpan NotHandedOverAfter = TimeSpan.FromDays(7);

    /// <summary>Customs scan nothing while they look.</summary>
    public static readonly TimeSpan StalledInCustomsAfter = TimeSpan.FromDays(5);

    /// <summary>A finished shipment stays this long: returns and questions come within a month.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);

    public static Punctuality PunctualityOf(Shipment shipment, DateTimeOffset now)
    {
        var standing = shipment.Standing;
        var promise = shipment.Registration.Promise?.Value;
        if (LifeCycle.IsTerminal(standing.Status))
        {
            return promise is null || standing.Status != ShipmentStatus.Delivered ? Punctuality.Unknown
                : standing.Because!.OccurredAt <= promise.By ? Punctuality.OnTime : Punctuality.Late;
        }
        if (promise is not null && now > promise.By)
            return Punctuality.Late;
        if (StalledAt(shipment) is { } stalled && now >= stalled)
            return Punctuality.Stalled;
        if (promise is null)
            return Punctuality.Unknown;
        return ArrivalOf(shipment) switch
        {
            { } arrival when arrival.Low > promise.By => Punctuality.Late,
            { } arrival when arrival.High > promise.By => Punctuality.AtRisk,
            _ => Punctuality.OnTime,
        };
    }

    /// <summary>The window to show: only while a vehicle brings it.</summary>
    public static Arrivals.ArrivalEstimate? ArrivalOf(Shipment shipment)
        => shipment.Standing.Status is ShipmentStatus.OutForDelivery or ShipmentStatus.InTransit && shipment.Followed is { Assigned: true, DoneAt: null } followed
            ? followed.Arrival
            : null;

    /// <summary>When silence becomes a stall, if no scan comes; null: never, it is over or has not begun.</summary>
    public static DateTimeOffset? StalledAt(Shipment shipment)
        => shipment.Standing is { Newest: { } newest } standing && !LifeCycle.IsTerminal(standing.Status) && standing.Status != ShipmentStatus.ReadyForPickup
            ? After(newest.OccurredAt, IsOnlyAnnounced(standing) ? NotHandedOverAfter : newest.Event == ScanEvent.InCustoms ? StalledInCustomsAfter : StalledAfter)
            : null;

    /// <summary>Why it is late, at risk or stalled, or what went wrong: what the carrier said, else what the silence says.</summary>
    public static Reason ReasonOf(Shipment shipment, Punctuality punctuality)
    {
        var standing = shipment.Standing;
        if (standing.Reason != Reason.None || LifeCycle.IsTerminal(standing.Status) || punctuality is Punctuality.OnTime or Punctuality.Unknown)
            return standing.Reason;
        if (IsOnlyAnnounced(standing))
            return Reason.NotReadyForCollection;
        return punctuality == Punctuality.Stalled ? Reason.NoScan : Reason.CarrierDelay;
    }

    // Anything but an announcement shows that the carrier has it in hand.
    static bool IsOnlyAnnounced(Standing standing)
        => standing.Status == ShipmentStatus.Registered && (standing.Newest is null or { Event: ScanEvent.Registered or ScanEvent.Information });

    /// <summary>The next moment after <paramref name="now"/> at which time alone changes something; null: none.</summary>
    public static DateTimeOffset? NextChangeAfter(Shipment shipment, DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        Consider(ForgottenAt(shipment));
        if (LifeCycle.IsTerminal(shipment.Standing.Status))
            return next;
        // A promise is broken after its last instant, not at it.
        Consider(shipment.Registration.Promise is { } promise ? After(promise.Value.By, TimeSpan.FromMilliseconds(1)) : null);
        Consider(StalledAt(shipment));
        return next;

        void Consider(DateTimeOffset? at)
        {
            if (at > now && (next is null || at < next))
                next = at;
        }
    }

    /// <summary>When a finished shipment may go; null: it is not finished.</summary>
    public static DateTimeOffset? ForgottenAt(Shipment shipment)
        => LifeCycle.IsTerminal(shipment.Standing.Status) ? After(shipment.Standing.Newest!.OccurredAt, KeptAfterEnd) : null;

    // Senders date things to the end of time: there it stays, and 14 hours leave room for any offset.
    static DateTimeOffset After(DateTimeOffset at, TimeSpan span)
        => at < DateTimeOffset.MaxValue - TimeSpan.FromHours(14) - span ? at + span : DateTimeOffset.MaxValue;
}
