using System.Threading.Channels;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// One single-threaded loop that owns its actors: batches, questions and ticks come through a bounded mailbox, what actors of other shards tell comes through the
/// <see cref="TellBox"/>, which is looked into before each piece of work. A shard never puts anything into another's mailbox, so no two shards can wait for each other.
/// </summary>
sealed class Shard
{
    // Looked up together, so that the waits for memory of so many actors overlap.
    public const int Together = 16;

    readonly Channel<ShardWork> _mailbox = Channel.CreateBounded<ShardWork>(
        new BoundedChannelOptions(Limits.ShardMailboxMax) { SingleReader = true, AllowSynchronousContinuations = false });

    readonly ShardContext _context;
    readonly TellBox _tells = new();
    readonly TickWork _tick;
    Tells _spareTells = new();

    public Shard(EngineParts parts, ShardRouter router)
    {
        _context = new ShardContext(parts, router);
        Shipments = new ShipmentHost(_context);
        Vehicles = new VehicleHost(_context);
        _tick = new TickWork(this);
    }

    public EngineCounters Counters => _context.Counters;
    public ShipmentHost Shipments { get; }
    public VehicleHost Vehicles { get; }

    EngineParts Parts => _context.Parts;

    public async Task RunAsync(CancellationToken stop)
    {
        ShardWork? present = null;
        try
        {
            await foreach (var work in _mailbox.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                present = work;
                await HearTellsAsync(stop).ConfigureAwait(false);
                await work.RunAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The engine stops.
        }
        finally
        {
            // Nobody may wait for what is not done any more.
            present?.Abandon();
            _mailbox.Writer.TryComplete();
            while (_mailbox.Reader.TryRead(out var work))
                work.Abandon();
        }
    }

    /// <summary>Work that waits.</summary>
    public int MailboxDepth => _mailbox.Reader.Count;

    /// <summary>Waits until there is room in the mailbox.</summary>
    /// <exception cref="OperationCanceledException">The shard has ended.</exception>
    public async ValueTask PostAsync(ShardWork work, CancellationToken cancellationToken)
    {
        if (_mailbox.Writer.TryWrite(work))
            return;
        try
        {
            await _mailbox.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new OperationCanceledException("The engine has stopped.");
        }
    }

    /// <summary>Runs something on the shard's loop and answers what it answers, its exceptions too.</summary>
    public async Task<T> AskAsync<T>(Func<ValueTask<T>> question, CancellationToken cancellationToken)
    {
        var work = new Question<T>(question);
        await PostAsync(work, cancellationToken).ConfigureAwait(false);
        return await work.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
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
    public void Tick() => _mailbox.Writer.TryWrite(_tick);

    public void RunTick()
    {
        var now = _context.Now;
        var timestamp = Parts.Clock.GetTimestamp();
        Shipments.Tick(now, timestamp);
        Vehicles.Tick(now, timestamp);
    }

    /// <summary>Applies those reports of a batch that are this shard's. Answers false on a gap.</summary>
    /// <exception cref="StoreAwayException">One is for an actor that is not in memory. The batch remembers how far it is: deliver it again.</exception>
    public async ValueTask<bool> DeliverAsync(ShardBatch batch)
    {
        while (true)
        {
            DeliverToThosePresent(batch);
            if (batch.Done == batch.Count)
                return batch.IsWhole;
            await LoadForAsync(batch, batch.Done, batch.CancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Delivers up to the first report whose actor is not in memory.</summary>
    void DeliverToThosePresent(ShardBatch batch)
    {
        var now = _context.Now;
        var timestamp = Parts.Clock.GetTimestamp();
        var reports = batch.Reports;
        var indices = batch.Indices;
        while (batch.Done < indices.Length)
        {
            var isForVehicle = reports[indices[batch.Done]].IsForVehicle;
            var end = batch.Done + 1;
            while (end < indices.Length && end - batch.Done < Together && reports[indices[end]].IsForVehicle == isForVehicle)
                end++;
            var delivered = isForVehicle ? Vehicles.Deliver(batch, end, now, timestamp) : Shipments.Deliver(batch, end, now, timestamp);
            if (!delivered)
                return;
        }
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
        foreach (var index in batch.Indices[first..])
        {
            ref readonly var report = ref batch.Reports[index];
            (report.IsForVehicle ? vehicles : shipments).Add(report.Key);
        }
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
            _mailbox.Writer.TryWrite(WakeUp.Now);
    }
}

/// <summary>What one shard gives to a checkpoint.</summary>
sealed record ShardCopy(Shard Shard, bool HasLost, List<CopiedShipment> Shipments, List<CopiedVehicle> Vehicles);
