using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>What the engine does by the (real) clock: ticks of the shards, checkpoints, waking sleepers, learning, renewing the lease.</summary>
sealed class EngineLoops(EngineParts parts, ShardRouter router, Checkpointer checkpointer)
{
    static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    public IEnumerable<Task> Start(CancellationToken stop) =>
    [
        EveryAsync(Limits.Tick, TickShardsAsync, stop),
        EveryAsync(Limits.Tick, Guarded(StoreTask.Save, CheckpointIfDueAsync), stop),
        EveryAsync(SweepEvery, Guarded(StoreTask.Load, WakeSleepersAsync), stop),
        EveryAsync(Limits.LeaseRenewal, Guarded(StoreTask.RenewLease, RenewLeaseAsync), stop),
    ];

    public async Task TickOnceAsync(CancellationToken stop)
    {
        await WakeSleepersAsync(stop).ConfigureAwait(false);
        foreach (var shard in router.Shards)
        {
            shard.Tick();
            await shard.AskAsync(() => { }, stop).ConfigureAwait(false);
        }
        await CheckpointIfDueAsync(stop).ConfigureAwait(false);
        await checkpointer.IdleAsync(stop).ConfigureAwait(false); // the clock may have started one, too: its actors are clean before its positions are durable
    }

    async Task EveryAsync(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, parts.Clock);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            await work(stop).ConfigureAwait(false);
    }

    /// <summary>A store that is away is tried again; only a lost lease, and the engine's stop, end the loop.</summary>
    Func<CancellationToken, Task> Guarded(StoreTask task, Func<CancellationToken, Task> work) => async stop =>
    {
        try
        {
            await work(stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or StoreHeldException))
        {
            parts.Health.Failed(task, failure);
            await Task.Delay(Limits.StoreRetry, parts.Clock, stop).ConfigureAwait(false);
        }
    };

    // A renewal writes and reads: if it succeeds, loads are worth a try again.
    async Task RenewLeaseAsync(CancellationToken stop)
    {
        await parts.Store.RenewLeaseAsync(stop).ConfigureAwait(false);
        parts.Health.Succeeded(StoreTask.RenewLease);
        parts.Health.Succeeded(StoreTask.Load);
    }

    Task TickShardsAsync(CancellationToken stop)
    {
        foreach (var shard in router.Shards)
            shard.Tick();
        return Task.CompletedTask;
    }

    async Task CheckpointIfDueAsync(CancellationToken stop)
    {
        if (!checkpointer.IsDue && !parts.Learner.IsDue)
            return;
        await checkpointer.RunAsync(parts.Learner.IsDue ? parts.Learner.Learn() : [], stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Page by page through the index, so that neither a long night's sleepers nor those that are awake already stand in the way of the rest. Nobody is woken
    /// while input is not live: they would only be told that nothing is known.
    /// </summary>
    async Task WakeSleepersAsync(CancellationToken stop)
    {
        if (!parts.Input.IsLive || !parts.Health.MayLoad)
            return;
        DueActor? after = null;
        while (true)
        {
            var due = await parts.Store.DueAsync(parts.Clock.GetUtcNow(), after, Limits.WakeBatch, stop).ConfigureAwait(false);
            foreach (var group in due.GroupBy(actor => router.For(actor.Key)))
            {
                var sleepers = group.ToList();
                await group.Key.AskAsync(() => group.Key.WakeAsync(sleepers, stop), stop).ConfigureAwait(false);
            }
            if (due.Count < Limits.WakeBatch)
                return;
            after = due[^1];
        }
    }
}
