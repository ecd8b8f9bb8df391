using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Orleans.Cluster;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.Engine.Orleans;

/// <summary>The engine of many machines, as one silo sees it: every shipment and every vehicle is a grain, wherever it lives.</summary>
public sealed class OrleansEngine : ITrackingEngine, IAsyncDisposable
{
    readonly IGrainFactory _grains;
    readonly SiloParts _parts;
    readonly Flusher _flusher;
    readonly SiloShare _share;
    readonly Participant _member;
    readonly SiloLoops _loops;
    readonly SiloMeter _meter;
    readonly CancellationTokenSource _stop = new();
    Task[] _running = [];

    internal OrleansEngine(SiloParts parts, IGrainFactory grains, ISiloStatusOracle silos, ISleepers sleepers)
    {
        (_parts, _grains) = (parts, grains);
        _flusher = new Flusher(parts, grains);
        _share = new SiloShare(silos, parts.Log);
        _member = new Participant(parts.Name, grains, parts.Sink, () => parts.Fleet.All);
        _loops = new SiloLoops(parts, grains, _flusher, sleepers, _member, _share);
        _meter = new SiloMeter(parts, _flusher);
        _flusher.Lost += ReadAgain;
    }

    public IReadOnlyDictionary<PartitionId, long> DurablePositions => _flusher.Durable;

    public EngineStatistics Statistics => EngineCounters.Sum([_parts.Counters]) with
    {
        VehiclesInMemory = _parts.Residents.Vehicles,
        Checkpoints = _flusher.Flushes,
        SnapshotsSaved = Interlocked.Read(ref _parts.SnapshotsSaved),
        Input = _parts.Input.State,
        Unsaved = _parts.Residents.DirtyCount,
        StoreAwayFor = _flusher.StoreAwayFor,
    };

    /// <summary>Begins a run, once the silo has joined its cluster.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _parts.Run = await _grains.GetGrain<ILogBookGrain>("book").BeginRunAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await _parts.Learner.ExchangeAsync(cancellationToken).ConfigureAwait(false);
        _share.Start();
        _running = [.. _loops.Start(_stop.Token)];
        _parts.Log.Started(_parts.Run, _parts.Name);
    }

    public PartitionShare ShareOf(IReadOnlyList<LogPartition> all) => _share.Of(all);

    public async ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
    {
        var request = Wire.Write(new OpenRequest(_parts.Run, partitions), WireJson.Default.OpenRequest);
        var answer = await _grains.GetGrain<ILogBookGrain>("book").OpenAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false);
        var opened = Wire.Read(answer, WireJson.Default.OpenedPartitionArray);
        _flusher.Open(opened);
        _share.Opened(partitions);
        return opened;
    }

    public async ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken)
    {
        while (_flusher.IsFull)
            await Task.Delay(Limits.Tick, _parts.Clock, cancellationToken).ConfigureAwait(false);
        var window = _flusher[partition];
        window.Begin(reports.Span[0].Offset, reports.Span[^1].Offset);
        var gap = false;
        var refusals = new List<Refusal>();
        // Bounded, and on other threads than the caller's: a batch neither floods the silo nor keeps it from everything else.
        var options = new ParallelOptions { MaxDegreeOfParallelism = Limits.GrainCallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ByActor(reports.Span), options, async (actor, token) =>
        {
            var answer = await DeliverAsync(window, actor.Key.Kind, actor.Key.Key, actor.Value, token).ConfigureAwait(false);
            if (!answer.Gap && answer.Refusals.Count == 0)
                return;
            lock (refusals)
            {
                gap |= answer.Gap;
                refusals.AddRange(answer.Refusals);
            }
        }).ConfigureAwait(false);
        refusals.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return new DeliveryResult(gap, refusals);
    }

    public void Advance(PartitionId partition, long offset) => _flusher[partition].Advance(offset);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => new(_flusher.RunAsync(cancellationToken));

    public void SetInput(InputState state)
    {
        _share.OwnInput = state;
        _parts.OwnInputIsLive = state == InputState.Live;
        if (state != InputState.Live && _parts.Input.State != state)
            _parts.Input = _parts.Input.Become(state, _parts.Clock.GetUtcNow()); // at once; the way back leads through the cluster, with the next report
    }

    public ValueTask<FollowAnswer> FollowAsync(
        ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
        => _member.FollowAsync(id, have, viewer, watchedUntil, cancellationToken);

    public ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken) => _member.FleetAsync(cancellationToken);

    public ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken) => _member.RouteAsync(id, cancellationToken);

    public ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken)
        => _member.ConfirmSentAsync(id, outboxKeys, cancellationToken);

    /// <summary>Makes everything durable, says goodbye and stops. What arrives meanwhile is the caller's to hold back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _flusher.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _parts.Log.EndsUnsaved(failure);
        }
        await _member.ReportAsync(new SiloReport(_member.Name, InputState.CatchingUp, [], 0, false, false, IsLeaving: true), cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Stops without saving; <see cref="StopAsync"/> is the kind way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _meter.Dispose();
        _loops.Dispose();
        _share.Dispose();
        _flusher.Dispose();
        _stop.Dispose();
    }

    /// <summary>For tests: takes an actor out of memory with all that is not durable, once it has been told to leave.</summary>
    internal bool Forget(ActorKind kind, string key)
    {
        if (!_parts.Residents.TryGet(kind, key, out var resident))
            return false;
        resident.Grain.Forget();
        return true;
    }

    /// <summary>For tests: no grain of this silo saves itself when the silo ends, as in a crash.</summary>
    internal void ForgetAll()
    {
        foreach (var resident in _parts.Residents.All)
            resident.Grain.Forget();
    }

    /// <summary>For tests with a clock that stands still: one round of what the silo does by the clock.</summary>
    internal Task TickAsync() => _loops.OnceAsync(_stop.Token);

    static Dictionary<(ActorKind Kind, string Key), List<Report>> ByActor(ReadOnlySpan<Report> reports)
    {
        var actors = new Dictionary<(ActorKind, string), List<Report>>();
        foreach (ref readonly var report in reports)
        {
            var actor = (report.IsForVehicle ? ActorKind.Vehicle : ActorKind.Shipment, report.Key);
            if (!actors.TryGetValue(actor, out var its))
                actors[actor] = its = [];
            its.Add(report);
        }
        return actors;
    }

    // Until it answers: a silo that has died is noticed, and the actor comes back elsewhere. What it had applied already it knows, what it has lost it says.
    async Task<DeliveryAnswer> DeliverAsync(DeliveryWindow window, ActorKind kind, string key, List<Report> reports, CancellationToken cancellationToken)
    {
        var previous = window.Enter(kind, key, reports[0].Offset);
        var bytes = DeliveryEncoding.Write(new ActorDelivery(window.Partition, previous, reports));
        while (true)
        {
            try
            {
                var answer = Wire.Read(await _grains.Actor(kind, key).DeliverAsync(bytes).WaitAsync(cancellationToken).ConfigureAwait(false), WireJson.Default.DeliveryAnswer);
                window.Applied(kind, key, answer.Applied);
                _meter.Called(isLocal: _parts.Residents.Has(kind, key));
                return answer;
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or InvalidDataException))
            {
                _parts.Log.DeliveredAgain(kind, key, failure);
                await Task.Delay(Limits.CallRetry, _parts.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    void ReadAgain()
    {
        _parts.Log.ReadAgain();
        _share.End();
    }
}
