using System.Collections.Immutable;
using System.Globalization;
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
    /// <param name="rungs">What merchants have chosen; null: nothing.</param>
    public static Shipment Decide(Shipment shipment, DateTimeOffset knownAt, CountdownRungs? rungs = null)
    {
        var standing = shipment.Standing;
        var next = shipment;
        foreach (var change in standing.Changes)
        {
            if (ForStatus(change.To) is not { } kind)
                continue;
            var isPresent = ReferenceEquals(change.Because, standing.Because);
            var at = change.Because.OccurredAt;
            next = DecideOne(next, KeyOf(shipment, kind, change.LegScanId, at), since: at, at, missed: !isPresent || knownAt - at > Freshness(kind));
        }
        if (standing.Status == ShipmentStatus.OutForDelivery && next.Followed is { Assigned: true, DoneAt: null, ArrivedAt: null, SeenAt: not null } coming)
            next = Countdown(next, coming, knownAt, (rungs ?? CountdownRungs.Default).For(shipment.Registration.Merchant?.Value));
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
            Punctuality.Late when shipment.Registration.Promise?.Value is { } promise && now > promise.By => Since(MilestoneKind.Late, promise.By),
            Punctuality.Stalled => Since(MilestoneKind.Stalled, ShipmentTimes.StalledAt(shipment)!.Value),
            _ => shipment,
        };

        Shipment Since(MilestoneKind kind, DateTimeOffset at)
            => DecideOne(shipment, KeyOf(shipment, kind, leg, at), since: at, at, missed: now - at > Freshness(kind));
    }

    // The delivery's day is that of its out-for-delivery scan: a tour past midnight is one delivery, and counts down once.
    static Shipment Countdown(Shipment shipment, VehicleProgress coming, DateTimeOffset now, ImmutableArray<CountdownRung> rungs)
    {
        var leg = shipment.Standing.LegScanId;
        var outSince = shipment.Standing.Because!.OccurredAt;
        // The last word of yesterday's tour says nothing about today's.
        if (coming.At < outSince)
            return shipment;
        var late = now - coming.At > Freshness(MilestoneKind.Nearby);
        for (var i = 0; i < rungs.Length; i++)
        {
            var rung = rungs[i];
            if (rung.Measure == RungMeasure.Nearby)
            {
                if (coming.EnteredAt is { } entered && entered >= outSince)
                    Reach(rung.Kind, entered, missed: now - entered > Freshness(rung.Kind));
                continue;
            }
            // Where the next rung is reached too, this one is no news any more.
            if (IsWithin(rung, coming))
                Reach(rung.Kind, coming.At, missed: late || (i + 1 < rungs.Length && rungs[i + 1].Measure == rung.Measure && IsWithin(rungs[i + 1], coming)));
        }
        return shipment;

        void Reach(MilestoneKind kind, DateTimeOffset at, bool missed)
            => shipment = DecideOne(shipment, KeyOf(shipment, kind, leg, outSince), since: outSince, at, missed);
    }

    static bool IsWithin(CountdownRung rung, VehicleProgress coming)
        => rung.Measure == RungMeasure.Stops ? coming.StopsAway <= rung.Within : coming.WithinMinutes <= rung.Within;

    /// <param name="since">A decision of the same kind between here and <paramref name="at"/> was about the same happening.</param>
    static Shipment DecideOne(Shipment shipment, MilestoneKey key, DateTimeOffset since, DateTimeOffset at, bool missed)
    {
        foreach (var decided in shipment.Milestones)
        {
            // The second: told already, before a late scan began another leg under it, or before the destination's zone was known.
            if (decided.Key == key || (decided.Key.Kind == key.Kind && decided.At >= since && decided.At <= at))
                return shipment;
        }
        var decisions = shipment.Milestones;
        if (decisions.Length >= DecisionsMax)
        {
            // What is older than all that is kept was decided and has gone: deciding it again would send it again.
            var oldest = decisions.MinBy(decision => decision.At)!;
            if (at <= oldest.At)
                return shipment;
            decisions = decisions.Remove(oldest);
        }
        var next = shipment with { Milestones = decisions.Add(new MilestoneDecision(key, at, missed)) };
        return missed ? next : WithEntries(next, key, at);
    }

    static Shipment WithEntries(Shipment shipment, MilestoneKey key, DateTimeOffset at)
    {
        var contacts = shipment.Registration.Recipient?.Value.Contacts ?? [];
        var channels = contacts.Length == 0 ? ["page"] : contacts.Select(contact => contact.Channel).Distinct(StringComparer.Ordinal);
        foreach (var channel in channels)
        {
            shipment = shipment.WithOutbox(new OutboxEntry
            {
                Key = string.Create(CultureInfo.InvariantCulture, $"{key.LegScanId}/{key.Kind}/{key.Day:yyyy-MM-dd}/{channel}"),
                Kind = OutboxKind.Notification,
                At = at,
                Milestone = key.Kind,
                Channel = channel,
            });
        }
        return shipment;
    }

    static MilestoneKey KeyOf(Shipment shipment, MilestoneKind kind, string leg, DateTimeOffset dayOf) => new(leg, kind, DayAt(shipment, dayOf));

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
            or MilestoneKind.SixtyMinutesAway or MilestoneKind.TwentyMinutesAway or MilestoneKind.FiveMinutesAway or MilestoneKind.Nearby => TimeSpan.FromMinutes(10),
        MilestoneKind.OutForDelivery => TimeSpan.FromHours(4),
        MilestoneKind.Registered or MilestoneKind.InTransit => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(2),
    };
}
