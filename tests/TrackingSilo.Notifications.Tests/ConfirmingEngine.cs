using System.Threading.Channels;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Notifications.Tests;

/// <summary>An engine of which only the confirmations are seen.</summary>
sealed class ConfirmingEngine : ITrackingEngine
{
    readonly Channel<(ShipmentId Id, string[] Keys)> _confirmed = Channel.CreateBounded<(ShipmentId, string[])>(1_000);

    /// <summary>Thrown by the next confirmation.</summary>
    public Exception? Failure { get; set; }

    public async Task<(ShipmentId Id, string[] Keys)> NextConfirmationAsync()
        => await _confirmed.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }
        return _confirmed.Writer.WriteAsync((id, [.. outboxKeys]), cancellationToken);
    }

    public IReadOnlyDictionary<PartitionId, long> DurablePositions => new Dictionary<PartitionId, long>();

    public EngineStatistics Statistics => new();

    public void Advance(PartitionId partition, long offset)
    {
    }

    public void SetInput(InputState state)
    {
    }

    public ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
        => ValueTask.FromResult<IReadOnlyList<OpenedPartition>>([]);

    public ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken)
        => ValueTask.FromResult(new DeliveryResult(false, []));

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<FollowAnswer> FollowAsync(ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
        => ValueTask.FromResult(FollowAnswer.Unknown);

    public ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<VehicleView>>([]);

    public ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken) => throw new NotSupportedException("The outbox asks for no routes.");
}
