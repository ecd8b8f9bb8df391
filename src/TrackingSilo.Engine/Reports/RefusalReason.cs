namespace TrackingSilo.Engine.Reports;

/// <summary>
/// Why a message is refused. On the wire (header <c>reason</c> of the refused topic, answers of the gateway) each stands in kebab-case, see <see cref="RefusalReasons.Code"/>.
/// </summary>
public enum RefusalReason : byte
{
    /// <summary>No JSON object in UTF-8.</summary>
    NotJson,

    /// <summary>No value, or an empty one.</summary>
    Empty,
    TooLarge,
    MissingProperty,

    /// <summary>A property has the wrong type, is too long, or is out of its range.</summary>
    BadValue,

    /// <summary>Carrier, tracking number or vehicle name is none.</summary>
    BadIdentity,

    /// <summary>An instant is no RFC 3339 with an offset.</summary>
    BadInstant,

    /// <summary>It says that it happened later than its record time allows.</summary>
    FromTheFuture,

    /// <summary>The sender may not speak for this carrier.</summary>
    NotYours,

    /// <summary>A carrier's payload as a whole could not be read as its file says.</summary>
    BadPayload,

    /// <summary>An actor failed on it; the actor is as it was before.</summary>
    ActorFailed,

    /// <summary>An actor failed twice: its messages are parked here until somebody replays them.</summary>
    Quarantined,
}

/// <summary>A message that an engine did not apply. It counts as applied once its refused record is acknowledged.</summary>
public sealed record Refusal(long Offset, RefusalReason Reason, string Detail);

/// <summary>Wire spelling of <see cref="RefusalReason"/>.</summary>
public static class RefusalReasons
{
    /// <summary>Such as <c>bad-instant</c>.</summary>
    public static string Code(this RefusalReason reason) => reason switch
    {
        RefusalReason.NotJson => "not-json",
        RefusalReason.Empty => "empty",
        RefusalReason.TooLarge => "too-large",
        RefusalReason.MissingProperty => "missing-property",
        RefusalReason.BadValue => "bad-value",
        RefusalReason.BadIdentity => "bad-identity",
        RefusalReason.BadInstant => "bad-instant",
        RefusalReason.FromTheFuture => "from-the-future",
        RefusalReason.NotYours => "not-yours",
        RefusalReason.BadPayload => "bad-payload",
        RefusalReason.ActorFailed => "actor-failed",
        RefusalReason.Quarantined => "quarantined",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
