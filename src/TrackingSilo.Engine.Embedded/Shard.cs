using System.Threading.Channels;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// One single-threaded loop that owns its actors: batches, questions and ticks come through a bounded mailbox, what actors of other shards tell comes through the
/// <see cref="TellBox"/>, which is looked into before each piece of work. A shard never puts anything into another's mailbox, so no two shards can wait for each other.
/// </summary>
sealed class Shard
{
    readonly Channel<Func<ValueTask>> _mailbox = Channel.CreateBounded<Func<ValueTask>>(
        new BoundedChannelOptions(Limits.ShardMailboxMax) { SingleReader = true, AllowSynchronousContinuations = false });

    readonly ShardContext _context;
    readonly TellBox _tells = new();
    Tells _spareTells = new();

    public Shard(EngineParts parts, ShardRouter router)
    {
        _context = new ShardContext(parts, router);
        Shipments = new ShipmentHost(_context);
        Vehicles = new VehicleHost(_context);
    }

    public EngineCounters Counters => _context.Counters;
    public ShipmentHost Shipments { get; }
    public VehicleHost Vehicles { get; }

    EngineParts Parts => _context.Parts;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var work in _mailbox.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                await HearTellsAsync(stop).ConfigureAwait(false);
                await work().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The engine stops.
        }
    }

    /// <summary>Runs something on the shard's loop and answers what it answers, its exceptions too.</summary>
    public async Task<T> AskAsync<T>(Func<ValueTask<T>> question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _mailbox.Writer.WriteAsync(
            async () =>
            {
                try
                {
                    answer.TrySetResult(await question().ConfigureAwait(false));
                }
                catch (Exception failure)
                {
                    answer.TrySetException(failure);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task AskAsync(Action action, CancellationToken cancellationToken)
        => AskAsync(
            () =>
            {
                action();
                return ValueTask.FromResult(true);
            },
            cancellationToken);

    public void Tell(in ToldProgress tell) => Wake(_tells.Put(tell));

    public void Tell(in ToldWatch tell) => Wake(_tells.Put(tell));

    public void Tell(in ToldConfirmation tell) => Wake(_tells.Put(tell));

    /// <summary>Looks at timers and the like. Passed over when the shard has plenty to do.</summary>
    public void Tick() => _mailbox.Writer.TryWrite(() =>
    {
        var now = _context.Now;
        var timestamp = Parts.Clock.GetTimestamp();
        Shipments.Tick(now, timestamp);
        Vehicles.Tick(now, timestamp);
        return ValueTask.CompletedTask;
    });

    /// <summary>Applies those reports of a batch that are this shard's. Answers false on a gap.</summary>
    /// <exception cref="StoreAwayException">One is for an actor that is not in memory. The batch remembers how far it is: deliver it again.</exception>
    public async ValueTask<bool> DeliverAsync(ShardBatch batch, CancellationToken cancellationToken)
    {
        var now = _context.Now;
        var timestamp = Parts.Clock.GetTimestamp();
        for (; batch.Next < batch.Count; batch.Next++)
        {
            // A copy, because nothing may refer into memory across an await.
            var report = batch[batch.Next];
            if (!(report.IsForVehicle ? Vehicles.Has(report.Key) : Shipments.Has(report.Key)))
                await LoadForAsync(batch, batch.Next, cancellationToken).ConfigureAwait(false);
            batch.IsWhole &= report.IsForVehicle
                ? Vehicles.Deliver(report, batch.Partition, now, timestamp, batch.Refusals)
                : Shipments.Deliver(report, batch.Partition, now, timestamp, batch.Refusals);
        }
        return batch.IsWhole;
    }

    public async ValueTask<FollowAnswer> FollowAsync(
        ShipmentId id, ViewVersion have, Viewer viewer, DateTimeOffset? watchedUntil, CancellationToken cancellationToken)
    {
        try
        {
            await Shipments.LoadAsync([id.Value], create: false, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            return FollowAnswer.NotYet; // with the next renewal, when the store is back
        }
        return Shipments.Follow(id, have, viewer, watchedUntil, _context.Now);
    }

    public async ValueTask<VehicleRoute?> RouteAsync(VehicleId id, CancellationToken cancellationToken)
    {
        await Vehicles.LoadAsync([id.Value], create: false, cancellationToken).ConfigureAwait(false);
        return Vehicles.RouteOf(id);
    }

    public async ValueTask<bool> SentAsync(ShipmentId id, IReadOnlyCollection<string> outboxKeys, CancellationToken cancellationToken)
    {
        await Shipments.LoadAsync([id.Value], create: false, cancellationToken).ConfigureAwait(false);
        Shipments.Sent(id, outboxKeys, _context.Now);
        return true;
    }

    /// <summary>Brings sleepers into memory that are due. Their timers run with the next tick.</summary>
    public async ValueTask<bool> WakeAsync(IReadOnlyCollection<DueActor> due, CancellationToken cancellationToken)
    {
        var before = Shipments.Count + Vehicles.Count;
        await Shipments.LoadAsync([.. due.Where(actor => actor.Kind == ActorKind.Shipment).Select(actor => actor.Key)], create: false, cancellationToken).ConfigureAwait(false);
        await Vehicles.LoadAsync([.. due.Where(actor => actor.Kind == ActorKind.Vehicle).Select(actor => actor.Key)], create: false, cancellationToken).ConfigureAwait(false);
        Counters.ActorsWoken += Shipments.Count + Vehicles.Count - before;
        return true;
    }

    /// <summary>Copies all that has changed, at a batch boundary since it runs on the loop.</summary>
    public ShardCopy Copy()
    {
        var now = _context.Now;
        // What has been lost comes again from the log: until then nothing that was delivered may be called durable.
        return new ShardCopy(this, Shipments.HasLost || Vehicles.HasLost, Shipments.Copy(now), Vehicles.Copy(now));
    }

    ValueTask LoadForAsync(ShardBatch batch, int first, CancellationToken cancellationToken)
    {
        var shipments = new HashSet<string>(StringComparer.Ordinal);
        var vehicles = new HashSet<string>(StringComparer.Ordinal);
        for (var i = first; i < batch.Count; i++)
            (batch[i].IsForVehicle ? vehicles : shipments).Add(batch[i].Key);
        return LoadAsync(shipments, vehicles, create: true, cancellationToken);
    }

    async ValueTask LoadAsync(IReadOnlyCollection<string> shipments, IReadOnlyCollection<string> vehicles, bool create, CancellationToken cancellationToken)
    {
        await Shipments.LoadAsync(shipments, create, cancellationToken).ConfigureAwait(false);
        await Vehicles.LoadAsync(vehicles, create, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask HearTellsAsync(CancellationToken cancellationToken)
    {
        if (_tells.Take(_spareTells) is not { } tells)
            return;
        try
        {
            await LoadAsync(
                [.. tells.Progress.Keys.Select(pair => pair.Shipment.Value)],
                [.. tells.Watches.Keys.Select(pair => pair.Vehicle.Value)],
                create: true, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            // Whoever is in memory hears; the rest goes back into the box (newer ones that have come meanwhile stay), and the next piece of work tries again.
        }
        var now = _context.Now;
        foreach (var ((shipment, _), progress) in tells.Progress)
        {
            if (Shipments.Has(shipment.Value))
                Shipments.Hear(shipment, progress, now);
            else
                _tells.Put(new ToldProgress(shipment, progress));
        }
        foreach (var ((vehicle, shipment), until) in tells.Watches)
        {
            if (Vehicles.Has(vehicle.Value))
                Vehicles.HearWatch(vehicle, shipment, until, now);
            else
                _tells.Put(new ToldWatch(vehicle, shipment, until));
        }
        foreach (var ((vehicle, shipment), stamp) in tells.Confirmations)
            Vehicles.HearConfirmation(vehicle, shipment, stamp, now);
        tells.Clear();
        _spareTells = tells;
    }

    // A full mailbox means that the loop is at work and will look into the box anyway.
    void Wake(bool wasEmpty)
    {
        if (wasEmpty)
            _mailbox.Writer.TryWrite(static () => ValueTask.CompletedTask);
    }
}

/// <summary>Those reports of a delivered batch that are one shard's, in log order.</summary>
sealed class ShardBatch(OpenedPartition partition, ReadOnlyMemory<Report> reports)
{
    readonly List<int> _mine = [];

    public OpenedPartition Partition { get; } = partition;
    public List<Refusal> Refusals { get; } = [];
    public int Count => _mine.Count;

    /// <summary>The first that is not applied or refused yet.</summary>
    public int Next { get; set; }

    /// <summary>None of them met a gap.</summary>
    public bool IsWhole { get; set; } = true;

    public ref readonly Report this[int i] => ref reports.Span[_mine[i]];

    public void Add(int index) => _mine.Add(index);
}

/// <summary>What one shard gives to a checkpoint.</summary>
sealed record ShardCopy(Shard Shard, bool HasLost, List<CopiedShipment> Shipments, List<CopiedVehicle> Vehicles);
