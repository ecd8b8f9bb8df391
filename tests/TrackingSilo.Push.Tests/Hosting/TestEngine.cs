using System.Collections.Concurrent;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Push.Tests.Hosting;

/// <summary>
/// The part of an engine that pages see, whole but small: shipments with a view that a test changes, versions, link epochs, leases; it publishes what is watched. Commands come in as they would from
/// the log.
/// </summary>
public sealed class TestEngine(TimeProvider time) : ITrackingEngine, ICommandLog
{
    readonly ConcurrentDictionary<ShipmentId, PublishedView> _views = [];
    readonly ConcurrentDictionary<ShipmentId, DateTimeOffset> _watchedUntil = [];
    readonly ConcurrentDictionary<string, VehicleView> _fleet = [];
    readonly Lock _gate = new();
    int _leasesAsked;

    public IUpdateSink? Sink { get; set; }

    public long Run { get; set; } = 1;

    public ConcurrentQueue<(ShipmentId Id, Command Command)> Commands { get; } = [];

    public DateTimeOffset WatchedUntil(ShipmentId id) => _watchedUntil[id];

    /// <summary>Calls that asked for a lease.</summary>
    public int LeasesAsked => _leasesAsked;

    /// <summary>What the log does with a command; null: takes it.</summary>
    public Func<Command, Exception?>? LogFails { get; set; }

    /// <summary>Waited for before a follow is answered.</summary>
    public Func<Task>? BeforeAnswer { get; set; }

    public ViewVersion Put(ShipmentView view, DateTimeOffset? asOf = null)
    {
        Assert.True(ShipmentId.TryCreate(view.Carrier, view.TrackingNumber, out var id));
        return Put(id, view, asOf, epoch: null);
    }

    public void RevokeLinks(ShipmentId id)
    {
        var known = _views[id];
        Put(id, known.View, known.AsOf, known.LinkEpoch + 1);
    }

    /// <summary>Whether the log has not been read to its end.</summary>
    public bool StillReads { get; set; }

    public void Forget(ShipmentId id) => _views.TryRemove(id, out _);

    /// <summary>As after a crash: a new run, and nobody is watched.</summary>
    public void Restart()
    {
        Run++;
        _watchedUntil.Clear();
    }

    public void Put(VehicleView vehicle)
    {
        _fleet[vehicle.Id.Value] = vehicle;
        if (Sink is { FleetIsWatched: true })
            Sink.Publish(vehicle);
    }

    ViewVersion Put(ShipmentId id, ShipmentView view, DateTimeOffset? asOf, int? epoch)
    {
        PublishedView published;
        lock (_gate)
        {
            var known = _views.GetValueOrDefault(id);
            var number = known is null || known.Version.Run != Run ? 1 : known.Version.Number + 1;
            published = new PublishedView(id, new ViewVersion(Run, number), asOf, epoch ?? known?.LinkEpoch ?? 0, view);
            _views[id] = published;
            if (_watchedUntil.TryGetValue(id, out var until) && until > time.GetUtcNow())
                Sink?.Publish(published);
        }
        return published.Version;
    }

    public async ValueTask<FollowAnswer> FollowAsync(ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
    {
        if (BeforeAnswer is { } wait)
            await wait();
        lock (_gate)
        {
            if (!_views.TryGetValue(id, out var view))
                return StillReads ? FollowAnswer.NotYet : FollowAnswer.Unknown;
            if (watchedUntil is { } until)
            {
                Interlocked.Increment(ref _leasesAsked);
                _watchedUntil[id] = until;
            }
            return view.Version.Supersedes(have)
                ? new FollowAnswer(FollowResult.View, view.LinkEpoch, view)
                : new FollowAnswer(FollowResult.NothingNewer, view.LinkEpoch, null);
        }
    }

    public ValueTask AppendAsync(ShipmentId id, Command command, CancellationToken cancellationToken)
    {
        if (LogFails?.Invoke(command) is { } failure)
            throw failure;
        Commands.Enqueue((id, command));
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<VehicleView>> FleetAsync(CancellationToken cancellationToken) => new([.. _fleet.Values]);

    /// <summary>Tours that operators may ask for.</summary>
    public ConcurrentDictionary<VehicleId, VehicleRoute> Routes { get; } = [];

    public ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken) => new(Routes.GetValueOrDefault(id));

    public ValueTask<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
        => throw new NotSupportedException("Pages open no partitions.");

    public ValueTask<DeliveryResult> DeliverAsync(PartitionId partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken)
        => throw new NotSupportedException("Pages deliver no reports.");

    public void Advance(PartitionId partition, long offset) => throw new NotSupportedException("Pages read no log.");

    public IReadOnlyDictionary<PartitionId, long> DurablePositions { get; } = new Dictionary<PartitionId, long>();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void SetInput(InputState state) => throw new NotSupportedException("Pages know nothing of the input.");

    public ValueTask ConfirmSentAsync(ShipmentId id, IReadOnlyList<string> outboxKeys, CancellationToken cancellationToken)
        => throw new NotSupportedException("Pages send no notifications.");

    public EngineStatistics Statistics { get; } = new();
}
