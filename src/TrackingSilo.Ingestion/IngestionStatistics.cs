using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion;

/// <summary>What came in since the start of this process; one consistent-enough copy.</summary>
public sealed record IngestionStatistics
{
    /// <summary>Messages read, by topic, refused and repeated ones among them.</summary>
    public required IReadOnlyDictionary<string, long> Consumed { get; init; }

    /// <summary>Messages written to the refused topic, by <see cref="RefusalReasons.Code"/>.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Scans whose code no vocabulary maps, by <c>carrier/CODE</c>.</summary>
    public required IReadOnlyDictionary<string, long> Unrecognised { get; init; }

    /// <summary>Messages whose key says another identity than their body; accepted under the body's.</summary>
    public required long KeyMismatches { get; init; }

    /// <summary>Messages between what was settled and the log's end, by partition.</summary>
    public required IReadOnlyDictionary<string, long> Lag { get; init; }

    /// <summary>Times that a partition went back because an actor had lost what was delivered to it.</summary>
    public required long Gaps { get; init; }

    /// <summary>Offsets that the log left out: its own marks, compacted records.</summary>
    public required long Holes { get; init; }

    /// <summary>Messages that the client handed out a second time, dropped.</summary>
    public required long Doubles { get; init; }

    /// <summary>Times that fetching stopped because the engine took long, or because one partition was far ahead in catch-up.</summary>
    public required long Pauses { get; init; }

    /// <summary>Requests to the HTTP gateway, and the lines in them by what became of them.</summary>
    public required long GatewayRequests { get; init; }
    public required IReadOnlyDictionary<string, long> GatewayLines { get; init; }
}
