using System.Collections.Frozen;
using TrackingSilo.Engine.Orleans.Cluster;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>
/// Makes durable what this silo has delivered, wherever the actors live, and what its own actors have changed; then says in the cluster's book how far its partitions are durable.
/// </summary>
sealed class Flusher(SiloParts parts, IGrainFactory grains) : IDisposable
{
    readonly SemaphoreSlim _one = new(1, 1);
    volatile FrozenDictionary<PartitionId, DeliveryWindow> _windows = FrozenDictionary<PartitionId, DeliveryWindow>.Empty;
    long _ended = parts.Clock.GetTimestamp();
    long _awaySince;
    TimeSpan _rest = TimeSpan.Zero;

    public long Flushes { get; private set; }

    /// <summary>Grains that the store takes a second, as measured in the last flush of some size; 0: not measured.</summary>
    public double WritesPerSecond { get; private set; }

    /// <summary>How long saving has failed; null: it does not.</summary>
    public TimeSpan? StoreAwayFor => Volatile.Read(ref _awaySince) is > 0 and var since ? parts.Clock.GetElapsedTime(since) : null;

    /// <summary>So much is delivered or changed and not durable that input has to wait.</summary>
    public bool IsFull => Math.Max(parts.Residents.DirtyCount, _windows.Values.Sum(window => window.Count)) >= Limits.UnsavedActorsMax;

    /// <summary>How long the last flush made the next one wait.</summary>
    public TimeSpan Rest => _rest;

    /// <summary>An actor has less than was delivered to it and not made durable: its partition has to be read again.</summary>
    public event Action? Lost;

    public IReadOnlyDictionary<PartitionId, long> Durable => _windows.ToDictionary(entry => entry.Key, entry => entry.Value.Durable);

    public DeliveryWindow this[PartitionId partition] => _windows[partition];

    /// <summary>From now on these are read here, each from behind its durable position, and no others.</summary>
    public void Open(IEnumerable<OpenedPartition> partitions)
        => _windows = partitions.ToFrozenDictionary(partition => partition.Id, partition => new DeliveryWindow(partition));

    /// <summary>Whether it is time for one: see the intervals in <see cref="Limits"/>.</summary>
    public bool IsDue
    {
        get
        {
            var since = parts.Clock.GetElapsedTime(Volatile.Read(ref _ended));
            if (since < _rest)
                return false;
            var dirty = parts.Residents.DirtyCount;
            return dirty >= Limits.CheckpointMaxActors
                || (since >= Limits.CheckpointInterval && parts.Residents.Dirty.Any(resident => resident.Kind == ActorKind.Shipment))
                || since >= Limits.VehicleCheckpointInterval;
        }
    }

    /// <summary>Makes one flush; one that runs already is waited for first, since it may have begun too early.</summary>
    /// <exception cref="IOException">Some actors could not be made durable: positions have moved only as far as the others allow.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var began = parts.Clock.GetTimestamp();
            var windows = _windows;
            // Before the actors: whatever is behind the frontier is then in them.
            var frontiers = windows.ToDictionary(entry => entry.Key, entry => entry.Value.ToFlush());
            var failures = await FlushActorsAsync(windows, frontiers, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _awaySince, failures is null ? 0 : _awaySince > 0 ? _awaySince : began);
            await SayDurableAsync(windows, frontiers, cancellationToken).ConfigureAwait(false);
            Flushes++;
            _rest = parts.Clock.GetElapsedTime(began) * ((1 / Limits.FlushStoreShare) - 1);
            if (failures is not null)
                throw new IOException("Some actors could not be saved; what was delivered to them is not committed.", failures);
        }
        finally
        {
            Volatile.Write(ref _ended, parts.Clock.GetTimestamp());
            _one.Release();
        }
    }

    /// <summary>Waits for the flush that runs, if one does.</summary>
    public async Task IdleAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        _one.Release();
    }

    public void Dispose() => _one.Dispose();

    async Task<Exception?> FlushActorsAsync(
        FrozenDictionary<PartitionId, DeliveryWindow> windows, Dictionary<PartitionId, (long Frontier, List<(ActorKind Kind, string Key, long Last)> Actors)> frontiers,
        CancellationToken cancellationToken)
    {
        // Each actor once, whatever partitions it heard of.
        var actors = frontiers.SelectMany(entry => entry.Value.Actors.Select(actor => (actor.Kind, actor.Key, Partition: entry.Key, actor.Last)))
            .ToLookup(actor => (actor.Kind, actor.Key), actor => (actor.Partition, actor.Last));
        var keys = actors.Select(group => group.Key).Union(parts.Residents.Dirty.Select(resident => (resident.Kind, resident.Key))).ToList();
        var request = Wire.Write(new FlushRequest(parts.Run), WireJson.Default.FlushRequest);
        var began = parts.Clock.GetTimestamp();
        var saved = Interlocked.Read(ref parts.SnapshotsSaved);
        Exception? failure = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Limits.GrainWritesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(keys, options, async (key, _) =>
        {
            try
            {
                var applied = Wire.Read(await grains.Actor(key.Kind, key.Key).FlushAsync(request).ConfigureAwait(false), WireJson.Default.AppliedPositionArray);
                foreach (var (partition, last) in actors[key])
                {
                    var durable = Array.Find(applied, position => position.Partition == partition.Value) is { Count: > 0 } position ? position.Offset : -1;
                    windows[partition].Flushed(key.Kind, key.Key, durable);
                    if (durable < last)
                        Lost?.Invoke();
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                parts.Log.NotFlushed(key.Kind, key.Key, e);
                failure = e;
            }
        }).ConfigureAwait(false);
        Measure(Interlocked.Read(ref parts.SnapshotsSaved) - saved, parts.Clock.GetElapsedTime(began));
        return failure;
    }

    async Task SayDurableAsync(
        FrozenDictionary<PartitionId, DeliveryWindow> windows, Dictionary<PartitionId, (long Frontier, List<(ActorKind Kind, string Key, long Last)> Actors)> frontiers,
        CancellationToken cancellationToken)
    {
        var moved = windows.Select(entry => new LogPosition(entry.Key, entry.Value.DurableUpTo(frontiers[entry.Key].Frontier)))
            .Where(position => position.Offset > windows[position.Partition].Durable).ToArray();
        if (moved.Length == 0)
            return;
        var report = Wire.Write(new DurableReport(parts.Run, moved), WireJson.Default.DurableReport);
        await grains.GetGrain<ILogBookGrain>("book").SetDurableAsync(report).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (partition, offset) in moved)
            windows[partition].SetDurable(offset);
    }

    void Measure(long saved, TimeSpan took)
    {
        if (saved >= 100 && took > TimeSpan.Zero)
            WritesPerSecond = saved / took.TotalSeconds;
    }
}
