using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Ports;

/// <summary>An engine's counts since the start of its process; one consistent-enough copy.</summary>
public sealed record EngineStatistics
{
    /// <summary>Reports applied, by kind.</summary>
    public IReadOnlyDictionary<ReportKind, long> Applied { get; init; } = new Dictionary<ReportKind, long>();

    /// <summary>Reports that an actor had applied before (a replay).</summary>
    public long Replayed { get; init; }
    public IReadOnlyDictionary<FixVerdict, long> Verdicts { get; init; } = new Dictionary<FixVerdict, long>();

    /// <summary>Shipments in memory, by status.</summary>
    public IReadOnlyDictionary<ShipmentStatus, long> Shipments { get; init; } = new Dictionary<ShipmentStatus, long>();
    public long VehiclesInMemory { get; init; }
    public IReadOnlyDictionary<MilestoneKind, long> Milestones { get; init; } = new Dictionary<MilestoneKind, long>();
    public long MilestonesMissed { get; init; }
    public long FencesEntered { get; init; }
    public long FencesExited { get; init; }
    public long FencesDwelled { get; init; }
    public long FencesCrossed { get; init; }

    /// <summary>Events at fences that were taken back; those above include them.</summary>
    public long FenceRetractions { get; init; }
    public long StopsDone { get; init; }

    /// <summary>What actors told each other.</summary>
    public long Tells { get; init; }
    public long TellsConfirmed { get; init; }
    public long TimersFired { get; init; }
    public long ViewsPublished { get; init; }
    public long Gaps { get; init; }
    public long ActorFailures { get; init; }
    public long Checkpoints { get; init; }
    public long SnapshotsSaved { get; init; }
    public long ActorsLoaded { get; init; }
    public long ActorsPassivated { get; init; }
    public long ActorsWoken { get; init; }
    public long OutboxEntriesHandedOver { get; init; }
    public long OutboxEntriesSent { get; init; }
    public long ArrivalsScored { get; init; }

    /// <summary>Arrivals scored whose truth lay in the window that was shown.</summary>
    public long ArrivalsInWindow { get; init; }
    public InputState Input { get; init; }

    /// <summary>Batches and questions that wait for the busiest loop of actors; at most <see cref="Limits.ShardMailboxMax"/>, then whoever has more waits.</summary>
    public int MailboxDepth { get; init; }

    /// <summary>Changed actors that wait to be saved.</summary>
    public long Unsaved { get; init; }

    /// <summary>How long the store has not answered; null: it does.</summary>
    public TimeSpan? StoreAwayFor { get; init; }
}
