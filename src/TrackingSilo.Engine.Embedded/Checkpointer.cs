using System.Collections.Frozen;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// Makes what shards have changed durable: copies at batch boundaries, writes outside the shards, saves snapshots and log positions in one transaction, and only then
/// calls the positions durable.
/// </summary>
sealed class Checkpointer(EngineParts parts, ShardRouter router, int unsavedMax, CancellationToken stop) : IDisposable
{
    readonly SemaphoreSlim _one = new(1, 1);
    readonly Lock _frontierLock = new();
    readonly Dictionary<PartitionId, long> _frontier = [];
    volatile FrozenDictionary<PartitionId, long> _durable = FrozenDictionary<PartitionId, long>.Empty;
    long _ended = parts.Clock.GetTimestamp();
    TimeSpan _rest = TimeSpan.Zero;

    public IReadOnlyDictionary<PartitionId, long> Durable => _durable;

    public long Checkpoints { get; private set; }
    public long SnapshotsSaved { get; private set; }

    public void Open(IEnumerable<OpenedPartition> partitions)
    {
        lock (_frontierLock)
        {
            foreach (var partition in partitions)
                _frontier.TryAdd(partition.Id, partition.DurableOffset);
            _durable = _durable.Concat(partitions.Where(partition => !_durable.ContainsKey(partition.Id))
                .Select(partition => KeyValuePair.Create(partition.Id, partition.DurableOffset))).ToFrozenDictionary();
        }
    }

    /// <summary>Everything of the partition up to here has been applied in memory, or refused and kept.</summary>
    public void Advance(PartitionId partition, long offset)
    {
        lock (_frontierLock)
        {
            if (!_frontier.TryGetValue(partition, out var known) || offset > known)
                _frontier[partition] = offset;
        }
    }

    /// <summary>Whether it is time for one: see the intervals in <see cref="Limits"/>.</summary>
    public bool IsDue
    {
        get
        {
            if (parts.IsUrgent && !parts.Health.IsAway)
                return true;
            var since = parts.Clock.GetElapsedTime(Volatile.Read(ref _ended));
            var shipments = parts.DirtyShipments.Value;
            var vehicles = parts.DirtyVehicles.Value;
            if (since < _rest && (shipments + vehicles < unsavedMax || parts.Health.IsAway))
                return false;
            return shipments + vehicles >= Limits.CheckpointMaxActors
                || (shipments > 0 && since >= Limits.CheckpointInterval)
                || ((vehicles > 0 || FrontierMoved()) && since >= Limits.VehicleCheckpointInterval);
        }
    }

    /// <summary>Makes one checkpoint; one that runs already is waited for first, since it may have begun too early.</summary>
    public async Task RunAsync(IReadOnlyList<StoredDocument> documents, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var began = parts.Clock.GetTimestamp();
            parts.IsUrgent = false;
            // Before the copies: whatever is behind the frontier is then in them.
            var frontier = Frontier();
            var copies = await Task.WhenAll(router.Shards.Select(shard =>
                shard.AskAsync(() => ValueTask.FromResult(shard.Copy()), cancellationToken))).ConfigureAwait(false);
            try
            {
                await SaveAsync(copies, frontier, documents, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                if (failure is not (OperationCanceledException or StoreHeldException))
                    parts.Health.Failed(StoreTask.Save, failure);
                _rest = Limits.StoreRetry;
                await ForEachAsync(copies, copy =>
                {
                    copy.Shard.Shipments.NotSaved(copy.Shipments);
                    copy.Shard.Vehicles.NotSaved(copy.Vehicles);
                }).ConfigureAwait(false);
                throw;
            }
            parts.Health.Succeeded(StoreTask.Save);
            await ForEachAsync(copies, copy =>
            {
                copy.Shard.Shipments.Saved(copy.Shipments);
                VehicleHost.Saved(copy.Vehicles);
            }).ConfigureAwait(false);
            _rest = parts.Clock.GetElapsedTime(began) * ((1 / Limits.CheckpointCpuShare) - 1);
        }
        finally
        {
            Volatile.Write(ref _ended, parts.Clock.GetTimestamp());
            _one.Release();
        }
    }

    /// <summary>Waits for the checkpoint that runs, if one does.</summary>
    public async Task IdleAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        _one.Release();
    }

    public void Dispose() => _one.Dispose();

    async Task SaveAsync(
        ShardCopy[] copies, FrozenDictionary<PartitionId, long> frontier, IReadOnlyList<StoredDocument> documents, CancellationToken cancellationToken)
    {
        var actors = new List<ActorSnapshot>(copies.Sum(copy => copy.Shipments.Count + copy.Vehicles.Count));
        foreach (var copy in copies)
        {
            foreach (var shipment in copy.Shipments)
            {
                var state = shipment.IsOver ? [] : ShipmentEncoding.Write(shipment.Snapshot);
                actors.Add(new ActorSnapshot(ActorKind.Shipment, shipment.Slot.Key, shipment.WakeAt, state, null));
            }
            foreach (var vehicle in copy.Vehicles)
            {
                // A null of byte[] would become an empty cold part, not "as it was".
                var cold = vehicle.ChangedManifest is { } manifest ? VehicleEncoding.WriteManifest(manifest) : default(ReadOnlyMemory<byte>?);
                actors.Add(new ActorSnapshot(ActorKind.Vehicle, vehicle.Slot.Key, vehicle.WakeAt, vehicle.State, cold));
            }
        }
        var durable = copies.Any(copy => copy.HasLost) ? _durable : frontier;
        var moved = durable.Where(position => !_durable.TryGetValue(position.Key, out var known) || position.Value > known)
            .Select(position => new LogPosition(position.Key, position.Value)).ToList();
        if (actors.Count == 0 && moved.Count == 0 && documents.Count == 0)
            return;
        // What happened at fences is in no state: it must have left before the fixes that led to it count as done.
        await parts.FenceLog.FlushAsync(cancellationToken).ConfigureAwait(false);
        await parts.Store.SaveAsync(new Checkpoint(actors, moved, documents), cancellationToken).ConfigureAwait(false);
        _durable = durable;
        Checkpoints++;
        SnapshotsSaved += actors.Count;
    }

    // Not beyond the shards' end: nobody would answer.
    Task ForEachAsync(ShardCopy[] copies, Action<ShardCopy> action)
        => Task.WhenAll(copies.Select(copy => copy.Shard.AskAsync(() => action(copy), stop)));

    FrozenDictionary<PartitionId, long> Frontier()
    {
        lock (_frontierLock)
            return _frontier.ToFrozenDictionary();
    }

    bool FrontierMoved()
    {
        var durable = _durable;
        lock (_frontierLock)
        {
            foreach (var (partition, offset) in _frontier)
            {
                if (!durable.TryGetValue(partition, out var known) || offset > known)
                    return true;
            }
        }
        return false;
    }
}
