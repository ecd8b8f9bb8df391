using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Orleans.Cluster;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans;

/// <summary>The engine as an edge sees it: a client of the cluster, with viewers and without actors. It reads nothing of the log.</summary>
public sealed class EdgeEngine : ITrackingEngine, IAsyncDisposable
{
    static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    readonly Participant _participant;
    readonly IUpdateSink _sink;
    readonly TimeProvider _clock;
    readonly ILogger<EdgeEngine> _log;
    readonly CancellationTokenSource _stop = new();
    volatile ClusterSituation _situation = new(InputState.CatchingUp, []);
    Task _running = Task.CompletedTask;

    public EdgeEngine(IGrainFactory grains, IUpdateSink sink, TimeProvider clock, ILogger<EdgeEngine> log)
    {
        (_sink, _clock, _log) = (sink, clock, log);
        _participant = new Participant($"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}", grains, sink, () => []);
    }

    public IReadOnlyDictionary<PartitionId, long> DurablePositions { get; } = new Dictionary<PartitionId, long>();

    public EngineStatistics Statistics => new() { Input = _situation.Input };

    public void Start() => _running = RunAsync();

    public PartitionShare ShareOf(IReadOnlyList<LogPartition> all) => new([], CancellationToken.None);

    public ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken) => throw ReadsNothing();

    public ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken) => throw ReadsNothing();

    public void Advance(PartitionId partition, long offset) => throw ReadsNothing();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void SetInput(InputState state) => throw ReadsNothing();

    public ValueTask<FollowAnswer> FollowAsync(
        ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
        => _participant.FollowAsync(id, have, viewer, watchedUntil, cancellationToken);

    public ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken) => _participant.FleetAsync(cancellationToken);

    public ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken) => _participant.RouteAsync(id, cancellationToken);

    public ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken)
        => _participant.ConfirmSentAsync(id, outboxKeys, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    async Task RunAsync()
    {
        using var timer = new PeriodicTimer(ReportEvery, _clock);
        try
        {
            do
            {
                await ReportAsync(_stop.Token).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The edge stops; its leases end by themselves.
        }
    }

    async Task ReportAsync(CancellationToken stop)
    {
        try
        {
            var report = new SiloReport(_participant.Name, InputState.CatchingUp, [], 0, _sink.FleetIsWatched, HasActors: false, IsLeaving: false);
            _situation = await _participant.ReportAsync(report, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _situation = new ClusterSituation(InputState.Unreadable, []);
            _log.LoopFailed(failure);
        }
    }

    static NotSupportedException ReadsNothing() => new("An edge reads nothing of the log.");
}
