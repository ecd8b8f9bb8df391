using TrackingSilo.Domain.Milestones;

namespace TrackingSilo.Notifications;

/// <summary>What left since the start of this process.</summary>
public sealed record NotificationStatistics
{
    /// <summary>Entries that the log has acknowledged.</summary>
    public required IReadOnlyDictionary<OutboxKind, long> Sent { get; init; }

    /// <summary>Entries that were not sent because <see cref="NotificationSettings.Send"/> says so.</summary>
    public required IReadOnlyDictionary<OutboxKind, long> Suppressed { get; init; }

    /// <summary>Tries that failed; the engine hands such an entry over again.</summary>
    public required long Failed { get; init; }

    /// <summary>Shipments whose entries wait.</summary>
    public required int Waiting { get; init; }
}
