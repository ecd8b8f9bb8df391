using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>What the hosts of one shard share.</summary>
sealed class ShardContext(EngineParts parts, ShardRouter router)
{
    long _viewNumber;

    public EngineParts Parts { get; } = parts;
    public ShardRouter Router { get; } = router;
    public EngineCounters Counters { get; } = new();

    /// <summary>Filled by an actor, emptied by its host, one message after the other.</summary>
    public Effects Effects { get; } = new();

    public DateTimeOffset Now => Parts.Clock.GetUtcNow();

    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async ValueTask<IReadOnlyList<ActorSnapshot>> LoadAsync(ActorKind kind, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (!Parts.Health.MayLoad)
            throw new StoreAwayException(null);
        try
        {
            return await Parts.Store.LoadAsync(kind, keys, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Parts.Health.Failed(StoreTask.Load, failure);
            throw new StoreAwayException(failure);
        }
    }

    public ViewVersion NextVersion() => new(Parts.Run, ++_viewNumber);
}

/// <summary>What all shards share.</summary>
sealed class EngineParts
{
    public required ITrackingStore Store { get; init; }
    public required TimeProvider Clock { get; init; }
    public required IUpdateSink Sink { get; init; }
    public required IOutbox Outbox { get; init; }
    public required IFenceLog FenceLog { get; init; }
    public required KnowledgeSource Knowledge { get; init; }
    public required LearnerFeed Learner { get; init; }
    public required ILogger Log { get; init; }
    public required StoreHealth Health { get; init; }

    /// <summary>Set once the store is open.</summary>
    public long Run { get; set; }

    volatile InputSituation _input = InputSituation.Unread;

    /// <summary>What silence means now.</summary>
    public InputSituation Input { get => _input; set => _input = value; }

    /// <summary>Actors changed since the last checkpoint began; roughly, it decides only when the next one starts.</summary>
    public DirtyCount DirtyShipments { get; } = new();
    public DirtyCount DirtyVehicles { get; } = new();

    volatile bool _isUrgent;

    /// <summary>Something has changed that must be durable as soon as can be.</summary>
    public bool IsUrgent { get => _isUrgent; set => _isUrgent = value; }

    public int Unsaved => DirtyShipments.Value + DirtyVehicles.Value;
}

sealed class DirtyCount
{
    int _value;

    public int Value => Volatile.Read(ref _value);

    public void Add(int count) => Interlocked.Add(ref _value, count);
}
