using System.Collections.Concurrent;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>A grain in this silo's memory, as <see cref="Residents"/> sees it. The grain writes it, the silo's loops read it.</summary>
sealed class Resident(ActorKind kind, string key, IResidentGrain grain, IActorGrain reference, long enteredAt)
{
    public ActorKind Kind { get; } = kind;
    public string Key { get; } = key;
    public IResidentGrain Grain { get; } = grain;
    public IActorGrain Reference { get; } = reference;
    public long EnteredAt { get; } = enteredAt;

    /// <summary>Real timestamp of the last message.</summary>
    public long LastUsed { get; set; } = enteredAt;

    /// <summary>Changed since it was saved.</summary>
    public volatile bool IsDirty;

    public volatile bool IsWatched;
    public volatile bool HasOffers;

    /// <summary>When the queue will look at it; guarded by <see cref="Residents"/>.</summary>
    public DateTimeOffset? QueuedAt { get; set; }
}

/// <summary>A grain that can be taken out of memory with all that is not durable.</summary>
interface IResidentGrain
{
    void Forget();
}

/// <summary>
/// The grains in this silo's memory: which have changed, and when each wants to be looked at. One queue for all instead of a timer for each: it follows the domain's clock, which may be
/// shifted and scaled, and holds still while nobody knows whether there is silence. Any thread may use it.
/// </summary>
sealed class Residents(TimeProvider clock)
{
    readonly ConcurrentDictionary<(ActorKind, string), Resident> _residents = new();
    readonly ConcurrentDictionary<Resident, byte> _dirty = new();
    readonly ConcurrentDictionary<Resident, byte> _wantTick = new();
    readonly Lock _lock = new();
    readonly PriorityQueue<Resident, DateTimeOffset> _queue = new();
    int _vehicles;

    public int Vehicles => Volatile.Read(ref _vehicles);

    public int DirtyCount => _dirty.Count;

    public IEnumerable<Resident> All => _residents.Select(entry => entry.Value);

    public IEnumerable<Resident> Dirty => _dirty.Select(entry => entry.Key);

    public bool Has(ActorKind kind, string key) => _residents.ContainsKey((kind, key));

    public bool TryGet(ActorKind kind, string key, out Resident resident) => _residents.TryGetValue((kind, key), out resident!);

    public Resident Enter(ActorKind kind, string key, IResidentGrain grain, IActorGrain reference)
    {
        var resident = new Resident(kind, key, grain, reference, clock.GetTimestamp());
        _residents[(kind, key)] = resident;
        if (kind == ActorKind.Vehicle)
            Interlocked.Increment(ref _vehicles);
        return resident;
    }

    public void Leave(Resident resident)
    {
        // A later activation of the same actor may have entered.
        _residents.TryRemove(KeyValuePair.Create((resident.Kind, resident.Key), resident));
        MarkClean(resident);
        _wantTick.TryRemove(resident, out _);
        if (resident.Kind == ActorKind.Vehicle)
            Interlocked.Decrement(ref _vehicles);
    }

    public void MarkDirty(Resident resident)
    {
        if (resident.IsDirty)
            return;
        resident.IsDirty = true;
        _dirty[resident] = 0;
    }

    public void MarkClean(Resident resident)
    {
        resident.IsDirty = false;
        _dirty.TryRemove(resident, out _);
    }

    /// <summary>Sees to it that the grain is looked at by <paramref name="at"/>.</summary>
    public void Schedule(Resident resident, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (resident.QueuedAt <= at)
                return;
            resident.QueuedAt = at;
            _queue.Enqueue(resident, at);
        }
    }

    /// <summary>Sees to it that the grain is looked at with the next tick.</summary>
    public void WantTick(Resident resident) => _wantTick[resident] = 0;

    /// <summary>Whoever wants to be looked at by now, and whoever is due.</summary>
    public List<Resident> TakeForTick(DateTimeOffset now, bool due)
    {
        var taken = new HashSet<Resident>();
        foreach (var (resident, _) in _wantTick)
        {
            if (_wantTick.TryRemove(resident, out _))
                taken.Add(resident);
        }
        if (due)
        {
            lock (_lock)
            {
                while (_queue.TryPeek(out var resident, out var at) && at <= now)
                {
                    _queue.Dequeue();
                    if (resident.QueuedAt != at)
                        continue; // replaced by an earlier entry that has been taken
                    resident.QueuedAt = null;
                    taken.Add(resident);
                }
            }
        }
        taken.RemoveWhere(resident => !TryGet(resident.Kind, resident.Key, out var present) || present != resident);
        return [.. taken];
    }
}
