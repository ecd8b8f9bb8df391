using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Cluster;

/// <summary>
/// One process of the cluster, silo or edge, as one that asks and shows: it follows shipments for all of its viewers with one lease on each, and is told views through one observer.
/// </summary>
sealed class Participant : IWatcher
{
    readonly IGrainFactory _grains;
    readonly IUpdateSink _sink;
    readonly Func<IReadOnlyList<VehicleView>> _ownVehicles;
    IWatcher? _reference;

    public Participant(string name, IGrainFactory grains, IUpdateSink sink, Func<IReadOnlyList<VehicleView>> ownVehicles)
        => (Name, _grains, _sink, _ownVehicles) = (name, grains, sink, ownVehicles);

    public string Name { get; }

    // Made late: there is no reference before the process has joined the cluster.
    IWatcher Reference => _reference ??= _grains.CreateObjectReference<IWatcher>(this);

    public async ValueTask<FollowAnswer> FollowAsync(
        ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
    {
        var request = Wire.Write(new FollowRequest(have, viewer, watchedUntil, Name), WireJson.Default.FollowRequest);
        var answer = await _grains.GetGrain<IShipmentGrain>(id.Value).FollowAsync(request, Reference).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Wire.Read(answer, WireJson.Default.FollowAnswer);
    }

    public async ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken)
    {
        var parts = await _grains.GetGrain<ISituationGrain>("now").FleetAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. parts.SelectMany(part => Wire.Read(part, WireJson.Default.VehicleViewArray))];
    }

    public async ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken)
    {
        var answer = await _grains.GetGrain<IVehicleGrain>(id.Value).RouteAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.Length == 0 ? null : Wire.Read(answer, WireJson.Default.VehicleRoute);
    }

    public async ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken)
    {
        var keys = Wire.Write([.. outboxKeys], WireJson.Default.StringArray);
        await _grains.GetGrain<IShipmentGrain>(id.Value).SentAsync(keys).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says how this process stands, and hears how the cluster does.</summary>
    public async Task<ClusterSituation> ReportAsync(SiloReport report, CancellationToken cancellationToken)
    {
        var bytes = Wire.Write(report, WireJson.Default.SiloReport);
        var answer = await _grains.GetGrain<ISituationGrain>("now").ReportAsync(bytes, Reference).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Wire.Read(answer, WireJson.Default.ClusterSituation);
    }

    public Task PublishFleetElsewhereAsync(byte[] vehicles) => _grains.GetGrain<ISituationGrain>("now").PublishFleetAsync(vehicles, Name);

    Task IWatcher.PublishAsync(byte[] view)
    {
        _sink.Publish(Wire.Read(view, WireJson.Default.PublishedView));
        return Task.CompletedTask;
    }

    Task IWatcher.PublishFleetAsync(byte[] vehicles)
    {
        foreach (var vehicle in Wire.Read(vehicles, WireJson.Default.VehicleViewArray))
            _sink.Publish(vehicle);
        return Task.CompletedTask;
    }

    Task<byte[]> IWatcher.FleetAsync() => Task.FromResult(Wire.Write([.. _ownVehicles()], WireJson.Default.VehicleViewArray));
}
