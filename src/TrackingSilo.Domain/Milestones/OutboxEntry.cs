using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Milestones;

/// <summary>
/// The one key under which a milestone is decided and delivered, whatever is replayed or late.
/// </summary>
/// <param name="LegScanId">Id of the scan that opened the leg; empty for the first leg.</param>
/// <param name="Day">Delivery day at the destination.</param>
public readonly record struct MilestoneKey(string LegScanId, MilestoneKind Kind, DateOnly Day);

/// <summary>A milestone that was decided.</summary>
/// <param name="At">Event time of what led to it.</param>
/// <param name="Missed">Decided too late for its kind: recorded, not sent.</param>
public sealed record MilestoneDecision(MilestoneKey Key, DateTimeOffset At, bool Missed);

/// <summary>Which topic an outbox entry goes to.</summary>
public enum OutboxKind : byte
{
    /// <summary>To the recipient's channels.</summary>
    Notification,

    /// <summary>To the carrier.</summary>
    Instruction,
}

/// <summary>One message that has to leave, at least once, under <see cref="Key"/>. Part of the shipment's state until its delivery is confirmed.</summary>
public sealed record OutboxEntry
{
    /// <summary>Idempotency key, unique within the shipment: receivers drop a second message with the same shipment and key.</summary>
    public required string Key { get; init; }

    public required OutboxKind Kind { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>For <see cref="OutboxKind.Notification"/>.</summary>
    public MilestoneKind? Milestone { get; init; }

    /// <summary><c>email</c>, <c>sms</c>, …; where the recipient gave no contact, <c>page</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>For <see cref="OutboxKind.Instruction"/>.</summary>
    public Instruction? Instruction { get; init; }
}
