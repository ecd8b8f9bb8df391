using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Ports;

/// <summary>
/// Every parcel and every vehicle as an actor. Two hosts implement it: one process with shards, and a cluster of grains.
/// All members may be called from any thread.
/// </summary>
public interface ITrackingEngine
{
    /// <summary>
    /// Which of all partitions this process is to read. When the token says that the share may be another one: stop reading, flush, and ask again. A process that is alone reads all of
    /// them, for good.
    /// </summary>
    PartitionShare ShareOf(IReadOnlyList<LogPartition> all) => new(all, CancellationToken.None);

    /// <summary>Names the partitions that this process consumes. Answers, in the same order, how far each is durable: consume from the offset after it.</summary>
    ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken);

    /// <summary>
    /// Delivers reports of one partition in log order; completes when each has been applied in memory or refused. Calls for one partition must not overlap.
    /// </summary>
    ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken);

    /// <summary>
    /// Says that a partition was read up to <paramref name="offset"/>, also where its last records were refused before they reached an actor,
    /// so that the durable position can follow. Call it after the refused records up to there are acknowledged.
    /// </summary>
    void Advance(PartitionId partition, long offset);

    /// <summary>
    /// Durable positions: everything up to them, its effects on actors included, is in the store, and the offsets may be committed.
    /// A snapshot; cheap to read. Never ahead of <see cref="Advance"/>.
    /// </summary>
    IReadOnlyDictionary<PartitionId, long> DurablePositions { get; }

    /// <summary>Makes all that was delivered and advanced durable before it completes.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What the engine may conclude from silence: while input is not <see cref="InputState.Live"/>, no view goes out live and no alarm of silence fires.
    /// </summary>
    void SetInput(InputState state);

    /// <summary>
    /// A shipment's view, unless the caller has the newest. With <paramref name="watchedUntil"/> the shipment's views are published to
    /// <see cref="IUpdateSink"/> until then, and its vehicle works out fine estimates for it; call again to renew.
    /// </summary>
    ValueTask<FollowAnswer> FollowAsync(ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken);

    /// <summary>All vehicles in memory, as operators see them, for a page that has just opened.</summary>
    ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken);

    /// <summary>A vehicle's tour, as operators see it; null: no such vehicle, or none that has a manifest.</summary>
    ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken);

    /// <summary>Says that outbox entries have reached their topic: the shipment forgets them.</summary>
    ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken);

    /// <summary>Counts since the start of this process.</summary>
    EngineStatistics Statistics { get; }
}

/// <summary>The partitions that a process reads.</summary>
/// <param name="Ends">Cancelled when the share may be another one.</param>
public readonly record struct PartitionShare(IReadOnlyList<LogPartition> Partitions, CancellationToken Ends);

/// <summary>What became of a delivered batch.</summary>
/// <param name="Gap">
/// An actor has applied less than was delivered to it before (it was lost from memory): the reports for that actor were not applied. The
/// consumer must go back to the offset after the durable position and deliver again.
/// </param>
/// <param name="Refusals">Reports that were not applied, in log order. Empty in nearly every batch.</param>
public readonly record struct DeliveryResult(bool Gap, IReadOnlyList<Refusal> Refusals);

/// <summary>What is known about the input.</summary>
public enum InputState : byte
{
    /// <summary>Partitions are replayed towards the ends that they had at the start.</summary>
    CatchingUp,

    /// <summary>At the ends, within a poll.</summary>
    Live,

    /// <summary>The log cannot be read: nobody knows whether there is silence.</summary>
    Unreadable,
}

/// <summary>
/// Version of a shipment's view. A run begins, durably, at each start of an engine, and <see cref="Number"/> never repeats within one, so no version is ever used twice.
/// Versions of one run are ordered by their number; between runs only "another one" is known. <c>default</c> means: have none.
/// </summary>
public readonly record struct ViewVersion(long Run, long Number)
{
    /// <summary>Whether a holder of <paramref name="have"/> should take this one.</summary>
    public bool Supersedes(ViewVersion have) => Run != have.Run || Number > have.Number;
}

public enum FollowResult : byte
{
    /// <summary>No such shipment.</summary>
    Unknown,

    /// <summary>
    /// No such shipment so far, but the log has not been read to its end, or the store does not answer: nobody can say. A watched one is published once that is done, if it is there then.
    /// </summary>
    NotYet,

    /// <summary>The caller has the newest.</summary>
    NothingNewer,
    View,
}

/// <summary>Answer to <see cref="ITrackingEngine.FollowAsync"/>.</summary>
/// <param name="LinkEpoch">Tracking links of a lower epoch are revoked. Also set with <see cref="FollowResult.NothingNewer"/>.</param>
/// <param name="View">With <see cref="FollowResult.View"/> only.</param>
public readonly record struct FollowAnswer(FollowResult Result, int LinkEpoch, PublishedView? View)
{
    public static readonly FollowAnswer Unknown = new(FollowResult.Unknown, 0, null);

    public static readonly FollowAnswer NotYet = new(FollowResult.NotYet, 0, null);
}

/// <summary>One version of a shipment's view.</summary>
/// <param name="AsOf">Null when live; else (input is being replayed or cannot be read) the moment whose state it shows.</param>
/// <param name="LinkEpoch">Tracking links of a lower epoch are revoked.</param>
/// <param name="Unsaved">The store is away and does not hold this yet. A crash now would take it back until the log is read again.</param>
public sealed record PublishedView(ShipmentId Id, ViewVersion Version, DateTimeOffset? AsOf, int LinkEpoch, ShipmentView View, bool Unsaved = false);
