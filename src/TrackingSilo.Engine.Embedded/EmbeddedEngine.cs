using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>The engine of one machine: actors in shards, each shard one loop, snapshots in one store.</summary>
public sealed class EmbeddedEngine : ITrackingEngine, IAsyncDisposable
{
    readonly EngineParts _parts;
    readonly ShardRouter _router = new();
    readonly Checkpointer _checkpointer;
    readonly EngineLoops _loops;
    readonly EngineMeter _meter;
    readonly int _unsavedMax;
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<PartitionId, OpenedPartition> _partitions = [];
    readonly Lock _partitionsLock = new();
    readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task[] _running = [];

    /// <param name="store">Opened by <see cref="StartAsync"/>; stays the caller's to dispose.</param>
    /// <param name="clock"><c>GetUtcNow</c> is domain time, timestamps and timers are real.</param>
    public EmbeddedEngine(
        ITrackingStore store, TimeProvider clock, IUpdateSink sink, IOutbox outbox, IFenceLog fenceLog, KnowledgeSource knowledge, EmbeddedEngineSettings settings, ILogger<EmbeddedEngine> log)
    {
        _parts = new EngineParts
        {
            Store = store,
            Clock = clock,
            Sink = sink,
            Outbox = outbox,
            FenceLog = fenceLog,
            Knowledge = knowledge,
            Learner = new LearnerFeed(knowledge, clock),
            Log = log,
            Health = new StoreHealth(clock, log),
        };
        _unsavedMax = settings.UnsavedActorsMax;
        _router.Open([.. Enumerable.Range(0, settings.Shards).Select(_ => new Shard(_parts, _router))]);
        _checkpointer = new Checkpointer(_parts, _router, settings.UnsavedActorsMax, _stop.Token);
        _meter = new EngineMeter(_router, _parts);
        _loops = new EngineLoops(_parts, _router, _checkpointer);
    }

    /// <summary>Ends, faulted, when the engine cannot go on (its lease on the store was lost).</summary>
    public Task Failed => _failed.Task;

    public IReadOnlyDictionary<PartitionId, long> DurablePositions => _checkpointer.Durable;

    public EngineStatistics Statistics => EngineCounters.Sum([.. _router.Shards.Select(shard => shard.Counters)]) with
    {
        Checkpoints = _checkpointer.Checkpoints,
        SnapshotsSaved = _checkpointer.SnapshotsSaved,
        Input = _parts.Input.State,
        MailboxDepth = EngineMeter.MailboxDepth(_router),
        Unsaved = _parts.Unsaved,
        StoreAwayFor = _parts.Health.AwayFor,
    };

    /// <summary>Takes the store and starts the loops.</summary>
    /// <param name="holder">Who we are, for whoever finds the store held.</param>
    public async Task StartAsync(string holder, CancellationToken cancellationToken)
    {
        _parts.Run = await _parts.Store.OpenAsync(holder, cancellationToken).ConfigureAwait(false);
        await _parts.Learner.LoadAsync(_parts.Store, _parts.Log, cancellationToken).ConfigureAwait(false);
        _running = [.. _router.Shards.Select(shard => Task.Run(() => shard.RunAsync(_stop.Token))), .. _loops.Start(_stop.Token)];
        foreach (var task in _running)
            _ = WatchAsync(task);
        _parts.Log.Started(_parts.Run, _router.Shards.Count);
    }

    public async ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
    {
        var opened = await _parts.Store.OpenPartitionsAsync(partitions, cancellationToken).ConfigureAwait(false);
        lock (_partitionsLock)
        {
            foreach (var partition in opened)
                _partitions[partition.Id] = partition;
        }
        _checkpointer.Open(opened);
        return opened;
    }

    public async ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken)
    {
        if (_parts.Unsaved >= _unsavedMax)
            await WaitForSavesAsync(cancellationToken).ConfigureAwait(false);
        var opened = Opened(partition);
        var batches = Split(opened, reports, cancellationToken);
        var isWhole = true;
        IReadOnlyList<Refusal> refusals = [];
        // All of them are under way before the first is waited for.
        for (var i = 0; i < batches.Length; i++)
        {
            if (batches[i] is { } batch)
                await _router.Shards[i].PostAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        ExceptionDispatchInfo? failure = null;
        foreach (var batch in batches)
        {
            if (batch is null)
                continue;
            try
            {
                isWhole &= await AnswerAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Not before the other shards are done with the caller's memory.
                failure ??= ExceptionDispatchInfo.Capture(exception);
                continue;
            }
            if (batch.Refusals.Count > 0)
                refusals = [.. refusals.Concat(batch.Refusals).OrderBy(refusal => refusal.Offset)];
            batch.Release();
        }
        failure?.Throw();
        return new DeliveryResult(!isWhole, refusals);
    }

    ShardBatch?[] Split(OpenedPartition partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken)
    {
        var batches = new ShardBatch?[_router.Shards.Count];
        var span = reports.Span;
        for (var i = 0; i < span.Length; i++)
        {
            var hash = KeyHash.Of(span[i].Key);
            var shard = _router.IndexOf(hash);
            (batches[shard] ??= new ShardBatch(_router.Shards[shard], partition, reports, cancellationToken)).Add(i, hash);
        }
        return batches;
    }

    // The shard is free while the store is away: its other actors go on.
    async ValueTask<bool> AnswerAsync(ShardBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await batch.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StoreAwayException)
            {
                await Task.Delay(Limits.StoreRetry, _parts.Clock, cancellationToken).ConfigureAwait(false);
                batch.AskAgain();
                await batch.Shard.PostAsync(batch, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    async Task WaitForSavesAsync(CancellationToken cancellationToken)
    {
        _parts.Log.InputWaits(_parts.Unsaved);
        while (_parts.Unsaved >= _unsavedMax)
            await Task.Delay(Limits.Tick, _parts.Clock, cancellationToken).ConfigureAwait(false);
    }

    public void Advance(PartitionId partition, long offset) => _checkpointer.Advance(partition, offset);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => new(_checkpointer.RunAsync([], cancellationToken));

    public void SetInput(InputState state)
    {
        var before = _parts.Input;
        if (before.State == state)
            return;
        _parts.Log.InputChanged(before.State, state);
        _parts.Input = before.Become(state, _parts.Clock.GetUtcNow());
        if (state != InputState.Live)
            return;
        foreach (var shard in _router.Shards)
            _ = WatchAsync(shard.AskAsync(() => shard.Shipments.PublishAllWatched(_parts.Clock.GetUtcNow()), _stop.Token));
    }

    public async ValueTask<FollowAnswer> FollowAsync(
        ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
    {
        var shard = _router.For(id.Value);
        return await shard.AskAsync(() => shard.FollowAsync(id, have, viewer, watchedUntil, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken)
    {
        var views = new List<VehicleView>();
        foreach (var shard in _router.Shards)
            await shard.AskAsync(() => shard.Vehicles.AddViews(views), cancellationToken).ConfigureAwait(false);
        return views;
    }

    public async ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken)
    {
        var shard = _router.For(id.Value);
        return await shard.AskAsync(() => shard.RouteAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken)
    {
        var shard = _router.For(id.Value);
        await shard.AskAsync(() => shard.SentAsync(id, [.. outboxKeys], cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes everything durable, if the store answers, and stops. What arrives meanwhile is the caller's to hold back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _checkpointer.RunAsync(_parts.Learner.Documents(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _parts.Log.EndsUnsaved(failure);
        }
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Stops without saving, as a crash would; <see cref="StopAsync"/> is the kind way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _checkpointer.Dispose();
        _meter.Dispose();
        _stop.Dispose();
    }

    /// <summary>For tests: takes an actor out of memory with all that no checkpoint has.</summary>
    internal Task DropAsync(ActorKind kind, string key)
    {
        var shard = _router.For(key);
        return shard.AskAsync(
            () =>
            {
                if (kind == ActorKind.Shipment)
                    shard.Shipments.Drop(key);
                else
                    shard.Vehicles.Drop(key);
            },
            CancellationToken.None);
    }

    /// <summary>For tests with a clock that stands still: looks at timers, wakes sleepers and, when due, makes a checkpoint.</summary>
    internal Task TickAsync() => _loops.TickOnceAsync(_stop.Token);

    OpenedPartition Opened(PartitionId partition)
    {
        lock (_partitionsLock)
            return _partitions[partition];
    }

    async Task WatchAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It stops with the engine.
        }
        catch (Exception failure)
        {
            _parts.Log.CannotGoOn(failure);
            _failed.TrySetException(failure);
        }
    }
}

/// <summary>Settings of the embedded engine.</summary>
public sealed record EmbeddedEngineSettings
{
    /// <summary>Loops that own actors. One a processor: more only take turns.</summary>
    public int Shards { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Changed actors that wait to be saved before input waits for them.</summary>
    public int UnsavedActorsMax { get; init; } = Limits.UnsavedActorsMax;
}
