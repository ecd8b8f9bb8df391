using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>What the engine does by the (real) clock: ticks of the shards, checkpoints, waking sleepers, learning, renewing the lease.</summary>
sealed class EngineLoops(EngineParts parts, ShardRouter router, Checkpointer checkpointer)
{
    static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    public IEnumerable<Task> Start(CancellationToken stop) =>
    [
        EveryAsync(Limits.Tick, TickShardsAsync, stop),
        EveryAsync(Limits.Tick, CheckpointIfDueAsync, stop),
        EveryAsync(SweepEvery, WakeSleepersAsync, stop),
        EveryAsync(Limits.LeaseRenewal, parts.Store.RenewLeaseAsync, stop),
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
    }

    async Task EveryAsync(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, parts.Clock);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            try
            {
                await work(stop).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or StoreHeldException))
            {
                // The store is away: everything stays as it is in memory, and is tried again.
                parts.Log.StoreAway(failure);
                await Task.Delay(StoreRetry, parts.Clock, stop).ConfigureAwait(false);
            }
        }
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
        if (!parts.Input.IsLive)
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
