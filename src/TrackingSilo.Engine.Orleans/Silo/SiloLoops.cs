using TrackingSilo.Engine.Orleans.Cluster;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>What a silo does by the (real) clock: looks at its grains, flushes, wakes sleepers, carries words between actors, and reports to the cluster.</summary>
sealed class SiloLoops(SiloParts parts, IGrainFactory grains, Flusher flusher, ISleepers sleepers, Participant member, SiloShare share) : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    readonly SemaphoreSlim _reporting = new(1, 1);

    public IEnumerable<Task> Start(CancellationToken stop) =>
    [
        EveryAsync(Limits.Tick, TickAsync, stop),
        EveryAsync(Limits.Tick, FlushIfDueAsync, stop),
        EveryAsync(Second, WakeSleepersAsync, stop),
        EveryAsync(Second, LookAroundAsync, stop),
        EveryAsync(Second, ReportAsync, stop),
        EveryAsync(Limits.PushTick, PublishFleetAsync, stop),
        EveryAsync(Limits.LearnerInterval, parts.Learner.ExchangeAsync, stop),
        UntilStoppedAsync(parts.Tells.RunAsync(parts.Clock, stop)),
    ];

    /// <summary>For tests with a clock that stands still: one round of all of it.</summary>
    public async Task OnceAsync(CancellationToken stop)
    {
        await ReportAsync(stop).ConfigureAwait(false);
        await WakeSleepersAsync(stop).ConfigureAwait(false);
        await LookAroundAsync(stop).ConfigureAwait(false);
        await TickAsync(stop).ConfigureAwait(false);
        await parts.Tells.DeliverAsync(stop).ConfigureAwait(false);
        await FlushIfDueAsync(stop).ConfigureAwait(false);
        await flusher.IdleAsync(stop).ConfigureAwait(false); // the clock may have started one, too: its actors are clean before its positions are durable
    }

    /// <summary>Says how this silo stands and takes what the cluster knows. Where nobody answers, nobody knows whether there is silence.</summary>
    public async Task ReportAsync(CancellationToken stop)
    {
        await _reporting.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var report = new SiloReport(member.Name, share.OwnInput, share.Reads, share.All, parts.Sink.FleetIsWatched, HasActors: true, IsLeaving: false);
            var situation = await member.ReportAsync(report, stop).ConfigureAwait(false);
            parts.Fleet.IsWatchedElsewhere = situation.FleetWatchedBy.Any(name => name != member.Name);
            Take(situation.Input);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Take(InputState.Unreadable);
            throw;
        }
        finally
        {
            _reporting.Release();
        }
    }

    public void Dispose() => _reporting.Dispose();

    void Take(InputState cluster)
    {
        var before = parts.Input;
        var state = share.OwnInput == InputState.Live ? cluster : share.OwnInput;
        if (before.State == state)
            return;
        parts.Log.InputChanged(before.State, state, cluster);
        parts.Input = before.Become(state, parts.Clock.GetUtcNow());
        if (state != InputState.Live)
            return;
        foreach (var resident in parts.Residents.All)
            parts.Residents.WantTick(resident);
    }

    Task TickAsync(CancellationToken stop)
        => TickAsync(parts.Residents.TakeForTick(parts.Clock.GetUtcNow(), due: parts.Input.IsLive).Select(resident => resident.Reference), stop);

    static Task TickAsync(IEnumerable<IActorGrain> grains, CancellationToken stop)
        => Parallel.ForEachAsync(
            grains, new ParallelOptions { MaxDegreeOfParallelism = Limits.GrainCallsAtOnce, CancellationToken = stop }, async (grain, _) => await grain.TickAsync().ConfigureAwait(false));

    async Task FlushIfDueAsync(CancellationToken stop)
    {
        if (flusher.IsDue)
            await flusher.RunAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Grains that have been idle, or whose offers nobody confirms, are looked at; so are those that are watched, for leases end.</summary>
    Task LookAroundAsync(CancellationToken stop)
    {
        foreach (var resident in parts.Residents.All)
        {
            if (resident.IsWatched || resident.HasOffers || parts.Clock.GetElapsedTime(resident.LastUsed) >= Limits.IdleBeforePassivation)
                parts.Residents.WantTick(resident);
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// Page by page through the index, each silo its share of the keys. Nobody is woken while input is not live: they would only be told that nothing is known.
    /// </summary>
    async Task WakeSleepersAsync(CancellationToken stop)
    {
        if (!parts.Input.IsLive)
            return;
        var (place, places) = share.Place;
        DueActor? after = null;
        while (true)
        {
            var due = await sleepers.DueAsync(parts.Clock.GetUtcNow(), after, Limits.WakeBatch, place, places, stop).ConfigureAwait(false);
            var asleep = due.Where(actor => !parts.Residents.Has(actor.Kind, actor.Key)).ToList();
            Interlocked.Add(ref parts.Counters.ActorsWoken, asleep.Count);
            await TickAsync(asleep.Select(actor => grains.Actor(actor.Kind, actor.Key)), stop).ConfigureAwait(false);
            if (due.Count < Limits.WakeBatch)
                return;
            after = due[^1];
        }
    }

    async Task PublishFleetAsync(CancellationToken stop)
    {
        if (parts.Fleet.TakeChanged() is { } vehicles)
            await member.PublishFleetElsewhereAsync(vehicles).WaitAsync(stop).ConfigureAwait(false);
    }

    async Task EveryAsync(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, parts.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                try
                {
                    await work(stop).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // A silo has died, or the store is away: everything stays as it is in memory, and is tried again.
                    parts.Log.LoopFailed(failure);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    static async Task UntilStoppedAsync(Task loop)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }
}
