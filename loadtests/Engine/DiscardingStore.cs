using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.LoadTests.Engine;

/// <summary>Takes checkpoints and keeps nothing: what a store costs is not measured here.</summary>
sealed class DiscardingStore : ITrackingStore
{
    public Task<long> OpenAsync(string holder, CancellationToken cancellationToken) => Task.FromResult(1L);

    public Task OpenToLookAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RenewLeaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<OpenedPartition>>([.. partitions.Select((partition, i) => new OpenedPartition(partition, new PartitionId(i + 1), 1, -1))]);

    public Task<IReadOnlyList<ActorSnapshot>> LoadAsync(ActorKind kind, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<ActorSnapshot>>([]);

    public Task<IReadOnlyList<ActorSnapshot>> PageAsync(ActorKind kind, string after, int limit, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<ActorSnapshot>>([]);

    public Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<DueActor>>([]);

    public Task<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
