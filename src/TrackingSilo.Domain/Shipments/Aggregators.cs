using System.Collections.Immutable;

namespace TrackingSilo.Domain.Shipments;

/// <summary>Those whose status words merchants' programs already understand.</summary>
public enum Aggregator : byte
{
    EasyPost,
    Shippo,
    AfterShip,
    ShipEngine,
    Karrio,
}

/// <summary>Where a shipment stands, as far as an aggregator can say it.</summary>
public readonly record struct Situation(ShipmentStatus Status, Reason Reason = Reason.None, Punctuality Punctuality = Punctuality.Unknown);

/// <summary>
/// The status words of aggregators and ours, both ways in one table. Ours to theirs: the first row of the aggregator that fits. Theirs to ours: the first row with their word. Words that the way
/// there and back does not lead to again are in <see cref="Merged"/>.
/// </summary>
public static class Aggregators
{
    /// <summary>One row: a word of theirs, and what of ours it stands for. A set of reasons that is null fits any; what goes to ours is its first.</summary>
    sealed record Row(string Theirs, ShipmentStatus Status, Reason[]? Causes = null, Punctuality[]? Punctualities = null)
    {
        public bool Fits(Situation ours)
            => ours.Status == Status && (Causes is null || Causes.Contains(ours.Reason)) && (Punctualities is null || Punctualities.Contains(ours.Punctuality));

        public Situation Ours => new(Status, Causes?[0] ?? Reason.None, Punctualities?[0] ?? Punctuality.Unknown);
    }

    // Nothing has been seen of it, and nobody knows whether it is there at all.
    static readonly Reason[] s_unseen = [Reason.NoScan];

    static readonly Reason[] s_holds =
    [
        Reason.Held, Reason.BeingResearched, Reason.SecurityIssue, Reason.RegulatoryHold, Reason.PaymentDue, Reason.ChangeRequested, Reason.Undeliverable, .. Owned(Responsibility.Customs),
    ];

    static readonly Reason[] s_any = [Reason.Held, .. Enum.GetValues<Reason>().Where(reason => reason is not (Reason.None or Reason.Held or Reason.NoScan))];

    static readonly Row[] s_easyPost =
    [
        new Row("unknown", ShipmentStatus.Registered, s_unseen),
        new Row("error", ShipmentStatus.Registered, [Reason.IncorrectData]),
        new Row("pre_transit", ShipmentStatus.Registered),
        new Row("in_transit", ShipmentStatus.InTransit),
        new Row("out_for_delivery", ShipmentStatus.OutForDelivery),
        new Row("failure", ShipmentStatus.AttemptFailed),
        new Row("failure", ShipmentStatus.Lost),
        new Row("available_for_pickup", ShipmentStatus.ReadyForPickup),
        new Row("delivered", ShipmentStatus.Delivered),
        new Row("return_to_sender", ShipmentStatus.Returning),
        new Row("return_to_sender", ShipmentStatus.Returned),
        new Row("cancelled", ShipmentStatus.Cancelled),
    ];

    static readonly Row[] s_shippo =
    [
        new Row("UNKNOWN", ShipmentStatus.Registered, s_unseen),
        new Row("PRE_TRANSIT", ShipmentStatus.Registered),
        new Row("TRANSIT", ShipmentStatus.InTransit),
        new Row("TRANSIT", ShipmentStatus.OutForDelivery),
        new Row("TRANSIT", ShipmentStatus.AttemptFailed),
        new Row("TRANSIT", ShipmentStatus.ReadyForPickup),
        new Row("DELIVERED", ShipmentStatus.Delivered),
        new Row("RETURNED", ShipmentStatus.Returned),
        new Row("RETURNED", ShipmentStatus.Returning),
        new Row("FAILURE", ShipmentStatus.Lost),
        new Row("FAILURE", ShipmentStatus.Cancelled),
    ];

    static readonly Row[] s_afterShip =
    [
        new Row("Pending", ShipmentStatus.Registered, s_unseen),
        new Row("InfoReceived", ShipmentStatus.Registered),
        new Row("Expired", ShipmentStatus.InTransit, s_unseen, [Punctuality.Stalled]),
        new Row("Exception", ShipmentStatus.InTransit, s_any),
        new Row("InTransit", ShipmentStatus.InTransit),
        new Row("OutForDelivery", ShipmentStatus.OutForDelivery),
        new Row("AttemptFail", ShipmentStatus.AttemptFailed),
        new Row("AvailableForPickup", ShipmentStatus.ReadyForPickup),
        new Row("Delivered", ShipmentStatus.Delivered),
        new Row("Exception", ShipmentStatus.Returning),
        new Row("Exception", ShipmentStatus.Returned),
        new Row("Exception", ShipmentStatus.Cancelled),
        new Row("Exception", ShipmentStatus.Lost),
    ];

    static readonly Row[] s_shipEngine =
    [
        new Row("UN", ShipmentStatus.Registered, s_unseen),
        new Row("AC", ShipmentStatus.Registered),
        new Row("NY", ShipmentStatus.Registered),
        new Row("EX", ShipmentStatus.InTransit, s_any),
        new Row("IT", ShipmentStatus.InTransit),
        new Row("IT", ShipmentStatus.OutForDelivery),
        new Row("AT", ShipmentStatus.AttemptFailed),
        new Row("SP", ShipmentStatus.ReadyForPickup),
        new Row("DE", ShipmentStatus.Delivered),
        new Row("EX", ShipmentStatus.Returning),
        new Row("EX", ShipmentStatus.Returned),
        new Row("EX", ShipmentStatus.Cancelled),
        new Row("EX", ShipmentStatus.Lost),
    ];

    static readonly Row[] s_karrio =
    [
        new Row("unknown", ShipmentStatus.Registered, s_unseen),
        new Row("pending", ShipmentStatus.Registered),
        new Row("on_hold", ShipmentStatus.InTransit, s_holds),
        new Row("delivery_delayed", ShipmentStatus.InTransit, [Reason.CarrierDelay, .. s_any.Except(s_holds)]),
        new Row("delivery_delayed", ShipmentStatus.InTransit, null, [Punctuality.Late]),
        new Row("in_transit", ShipmentStatus.InTransit),
        new Row("picked_up", ShipmentStatus.InTransit),
        new Row("out_for_delivery", ShipmentStatus.OutForDelivery),
        new Row("delivery_failed", ShipmentStatus.AttemptFailed),
        new Row("ready_for_pickup", ShipmentStatus.ReadyForPickup),
        new Row("delivered", ShipmentStatus.Delivered),
        new Row("return_to_sender", ShipmentStatus.Returning),
        new Row("return_to_sender", ShipmentStatus.Returned),
        new Row("cancelled", ShipmentStatus.Cancelled),
        new Row("delivery_failed", ShipmentStatus.Lost),
    ];

    static Row[] TableOf(Aggregator aggregator) => aggregator switch
    {
        Aggregator.EasyPost => s_easyPost,
        Aggregator.Shippo => s_shippo,
        Aggregator.AfterShip => s_afterShip,
        Aggregator.ShipEngine => s_shipEngine,
        Aggregator.Karrio => s_karrio,
        _ => throw new ArgumentOutOfRangeException(nameof(aggregator), aggregator, null),
    };

    /// <summary>Words of theirs that come back as another, and why.</summary>
    public static ImmutableArray<(Aggregator Aggregator, string Theirs, string ComesBackAs, string Why)> Merged { get; } =
    [
        (Aggregator.ShipEngine, "NY", "AC", "A parcel that the carrier does not know yet and one that it has only heard of are both announced: nobody has it in hand."),
        (Aggregator.Karrio, "picked_up", "in_transit", "With us the pick-up is an event of the timeline; the parcel is in transit from then on."),
    ];

    /// <summary>Their words, each once.</summary>
    public static IEnumerable<string> Words(Aggregator aggregator) => TableOf(aggregator).Select(row => row.Theirs).Distinct(StringComparer.Ordinal);

    /// <summary>What their word stands for; null: it is none of theirs.</summary>
    public static Situation? ToOurs(Aggregator aggregator, string theirs)
        => TableOf(aggregator).FirstOrDefault(row => string.Equals(row.Theirs, theirs, StringComparison.Ordinal))?.Ours;

    /// <summary>Their word for where a shipment stands. There is one for every situation.</summary>
    public static string ToTheirs(Aggregator aggregator, Situation ours) => TableOf(aggregator).First(row => row.Fits(ours)).Theirs;

    static IEnumerable<Reason> Owned(Responsibility owner) => Enum.GetValues<Reason>().Where(reason => Reasons.Owner(reason) == owner);
}
