using System.Collections.Immutable;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Milestones;

/// <summary>
/// Which milestones a change of a shipment decides. Each is decided once under its <see cref="MilestoneKey"/>, sent or missed, and stays decided whatever comes
/// late, doubled or taken back.
/// </summary>
public static class MilestoneRules
{
    /// <summary>Decisions kept: four deliveries of one parcel with all milestones each.</summary>
    public const int DecisionsMax = 64;

    /// <summary>Outbox entries of one shipment that may wait: beyond it the topic has been down for days, and the oldest news is the least worth.</summary>
    public const int OutboxMax = 64;

    /// <summary>
    /// Decides what <paramref name="shipment"/> now calls for.
    /// </summary>
    /// <param name="knownAt">When the system learned of it: the record time of the record, or now for what vehicles tell and time brings.</param>
    public static Shipment Decide(Shipment shipment, DateTimeOffset knownAt)
    {
        var standing = shipment.Standing;
        var next = shipment;
        foreach (var change in standing.Changes)
        {
            if (ForStatus(change.To) is not { } kind)
                continue;
            var isPresent = ReferenceEquals(change.Because, standing.Because);
            next = DecideOne(next, kind, change.LegScanId, change.Because.OccurredAt, missed: !isPresent || knownAt - change.Because.OccurredAt > Freshness(kind));
        }
        if (standing.Status == ShipmentStatus.OutForDelivery && next.Followed is { Assigned: true, DoneAt: null, ArrivedAt: null, SeenAt: not null } coming)
            next = Countdown(next, coming, knownAt);
        return next;
    }

    /// <summary>What time alone has brought.</summary>
    public static Shipment DecideSilence(Shipment shipment, DateTimeOffset now)
    {
        var leg = shipment.Standing.LegScanId;
        return ShipmentTimes.PunctualityOf(shipment, now) switch
        {
            _ when LifeCycle.IsTerminal(shipment.Standing.Status) => shipment,
            // Under the day of the promise, or of the last scan: asked again tomorrow, it is the same lateness.
            Punctuality.Late when shipment.Registration.Promise?.Value is { } promise && now > promise.By => DecideOne(shipment, MilestoneKind.Late, leg, promise.By, missed: false),
            Punctuality.Stalled => DecideOne(shipment, MilestoneKind.Stalled, leg, ShipmentTimes.StalledAt(shipment)!.Value, missed: false),
            _ => shipment,
        };
    }

    static Shipment Countdown(Shipment shipment, VehicleProgress coming, DateTimeOffset now)
    {
        var leg = shipment.Standing.LegScanId;
        var missed = now - coming.At > Freshness(MilestoneKind.Nearby);
        if (coming.StopsAway <= 10)
            shipment = DecideOne(shipment, MilestoneKind.TenStopsAway, leg, coming.At, missed);
        if (coming.StopsAway <= 3)
            shipment = DecideOne(shipment, MilestoneKind.ThreeStopsAway, leg, coming.At, missed);
        if (coming.WithinMinutes <= 30)
            shipment = DecideOne(shipment, MilestoneKind.ThirtyMinutesAway, leg, coming.At, missed);
        if (coming.WithinMinutes <= 10)
            shipment = DecideOne(shipment, MilestoneKind.TenMinutesAway, leg, coming.At, missed);
        if (coming.EnteredAt is { } entered)
            shipment = DecideOne(shipment, MilestoneKind.Nearby, leg, entered, missed: now - entered > Freshness(MilestoneKind.Nearby));
        return shipment;
    }

    static Shipment DecideOne(Shipment shipment, MilestoneKind kind, string leg, DateTimeOffset at, bool missed)
    {
        var key = new MilestoneKey(leg, kind, DayAt(shipment, at));
        foreach (var decided in shipment.Milestones)
        {
            if (decided.Key == key)
                return shipment;
        }
        var decisions = shipment.Milestones.Length < DecisionsMax ? shipment.Milestones : shipment.Milestones.RemoveAt(0);
        return shipment with
        {
            Milestones = decisions.Add(new MilestoneDecision(key, at, missed)),
            Outbox = missed ? shipment.Outbox : WithEntries(shipment, key, at),
        };
    }

    static ImmutableArray<OutboxEntry> WithEntries(Shipment shipment, MilestoneKey key, DateTimeOffset at)
    {
        var outbox = shipment.Outbox;
        var contacts = shipment.Registration.Recipient?.Value.Contacts ?? [];
        var channels = contacts.Length == 0 ? ["page"] : contacts.Select(contact => contact.Channel).Distinct(StringComparer.Ordinal);
        foreach (var channel in channels)
        {
            if (outbox.Length >= OutboxMax)
                outbox = outbox.RemoveAt(0);
            outbox = outbox.Add(new OutboxEntry
            {
                Key = $"{key.LegScanId}/{key.Kind}/{key.Day:yyyy-MM-dd}/{channel}",
                Kind = OutboxKind.Notification,
                At = at,
                Milestone = key.Kind,
                Channel = channel,
            });
        }
        return outbox;
    }

    /// <summary>The day at the destination; without a known zone the day in the offset that the carrier gave.</summary>
    static DateOnly DayAt(Shipment shipment, DateTimeOffset at)
        => shipment.Registration.Destination?.Value.TimeZone is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, found).DateTime)
            : DateOnly.FromDateTime(at.DateTime);

    static MilestoneKind? ForStatus(ShipmentStatus status) => status switch
    {
        ShipmentStatus.Registered => MilestoneKind.Registered,
        ShipmentStatus.InTransit => MilestoneKind.InTransit,
        ShipmentStatus.OutForDelivery => MilestoneKind.OutForDelivery,
        ShipmentStatus.AttemptFailed => MilestoneKind.AttemptFailed,
        ShipmentStatus.ReadyForPickup => MilestoneKind.ReadyForPickup,
        ShipmentStatus.Delivered => MilestoneKind.Delivered,
        ShipmentStatus.Returning => MilestoneKind.Returning,
        ShipmentStatus.Returned => MilestoneKind.Returned,
        _ => null,
    };

    /// <summary>How old news may be when it is told: a countdown minutes, a delivery days.</summary>
    static TimeSpan Freshness(MilestoneKind kind) => kind switch
    {
        MilestoneKind.TenStopsAway or MilestoneKind.ThreeStopsAway or MilestoneKind.ThirtyMinutesAway or MilestoneKind.TenMinutesAway
            or MilestoneKind.Nearby => TimeSpan.FromMinutes(10),
        MilestoneKind.OutForDelivery => TimeSpan.FromHours(4),
        MilestoneKind.Registered or MilestoneKind.InTransit => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(2),
    };
}
