using System.Collections.Concurrent;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Tests.Consumers;

/// <summary>An engine that remembers what it was told. Several ingestions may use one after the other, as a server that restarts would its store.</summary>
sealed class RecordingEngine : ITrackingEngine
{
    readonly ConcurrentDictionary<LogPartition, PartitionId> _ids = new();
    readonly ConcurrentDictionary<PartitionId, long> _advanced = new();
    readonly Lock _lock = new();
    readonly List<Delivered> _deliveries = [];
    readonly List<InputState> _inputs = [];
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What may happen to a batch before it counts as applied; null: nothing.</summary>
    public Func<LogPartition, ReadOnlyMemory<Report>, ValueTask<DeliveryResult>>? OnDelivery { get; set; }

    /// <summary>Whether the durable position follows at once.</summary>
    public bool IsDurable { get; set; } = true;

    public ConcurrentDictionary<PartitionId, long> Durable { get; } = new();

    public IReadOnlyDictionary<PartitionId, long> DurablePositions => Durable;

    public int Flushes { get; private set; }

    public EngineStatistics Statistics => new();

    public Delivered[] Deliveries
    {
        get
        {
            lock (_lock)
                return [.. _deliveries];
        }
    }

    public InputState[] Inputs
    {
        get
        {
            lock (_lock)
                return [.. _inputs];
        }
    }

    public PartitionId IdOf(LogPartition partition) => _ids.GetOrAdd(partition, _ => new PartitionId(_ids.Count + 1));

    public long AdvancedTo(LogPartition partition) => _advanced.GetValueOrDefault(IdOf(partition), -1);

    /// <summary>Waits until it holds, trying again whenever the engine is told something.</summary>
    public async Task Until(Func<RecordingEngine, bool> condition, string expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (condition(this))
                return;
            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Expected: {expected}. Seen: {Deliveries.Length} reports, advanced {string.Join(", ", _advanced)}, input {string.Join(", ", Inputs)}");
            }
        }
    }

    public ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
        => ValueTask.FromResult<IReadOnlyList<OpenedPartition>>(
            [.. partitions.Select(partition => new OpenedPartition(partition, IdOf(partition), 1, Durable.GetValueOrDefault(IdOf(partition), -1)))]);

    public async ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken)
    {
        var name = _ids.Single(entry => entry.Value == partition).Key;
        var result = OnDelivery is { } what ? await what(name, reports) : new DeliveryResult(false, []);
        if (result.Gap)
            return result;
        lock (_lock)
        {
            foreach (var report in reports.Span)
            {
                if (result.Refusals.All(refusal => refusal.Offset != report.Offset))
                    _deliveries.Add(new Delivered(name, report));
            }
        }
        Changed();
        return result;
    }

    public void Advance(PartitionId partition, long offset)
    {
        _advanced[partition] = offset;
        if (IsDurable)
            Durable[partition] = offset;
        Changed();
    }

    public void SetInput(InputState state)
    {
        lock (_lock)
            _inputs.Add(state);
        Changed();
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var (partition, offset) in _advanced)
            Durable[partition] = offset;
        Flushes++;
        return ValueTask.CompletedTask;
    }

    public ValueTask<FollowAnswer> FollowAsync(ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
        => ValueTask.FromResult(FollowAnswer.Unknown);

    public ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<VehicleView>>([]);

    public ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken) => throw new NotSupportedException("Consumers ask for no routes.");

    public ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    void Changed()
    {
        lock (_lock)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public sealed record Delivered(LogPartition Partition, Report Report);
}
