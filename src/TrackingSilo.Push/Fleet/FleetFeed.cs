using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Fleet;

/// <summary>How a fleet page is written to.</summary>
interface IFleetWriter
{
    /// <summary>Completes when the transport has taken it. Never fails: a connection that cannot be written to is cut.</summary>
    Task WriteAsync(ReadOnlyMemory<byte> message);

    void Abort();
}

/// <summary>
/// All vehicles, to those who watch the fleet: per tick one message with what changed where a page looks, and what matters wherever it looks. A page that was still taking the last message misses
/// that one, and gets all that it looks at when it is ready: constant memory again.
/// </summary>
sealed class FleetFeed(PushStatistics statistics, TimeProvider time)
{
    readonly Lock _gate = new();
    readonly List<Watcher> _watchers = [];
    readonly List<VehicleView> _snapshot = [];
    bool _someoneWaits;
    Dictionary<VehicleId, VehicleView> _changed = [];

    // Of the loop that flushes alone.
    readonly Fleet _fleet = new();
    Dictionary<VehicleId, VehicleView> _taken = [];
    Watcher[] _present = [];
    long _flushed;

    volatile bool _watched;

    public bool IsWatched => _watched;

    public bool HasNews
    {
        get
        {
            lock (_gate)
                return _changed.Count > 0 || _someoneWaits;
        }
    }

    /// <summary>True when this is the first news of a tick.</summary>
    public bool Offer(in VehicleView view)
    {
        if (!_watched)
            return false;
        lock (_gate)
        {
            if (_changed.Count >= Limits.FleetVehiclesMax)
                return false;
            _changed[view.Id] = view;
            return _changed.Count == 1;
        }
    }

    /// <summary>Begins to watch; null when as many watch as may. Vehicles are published from now on.</summary>
    public Watcher? Watch(IFleetWriter writer)
    {
        lock (_gate)
        {
            if (_watchers.Count >= Limits.FleetWatchersMax)
                return null;
            var watcher = new Watcher(writer);
            _watchers.Add(watcher);
            _watched = true;
            statistics.FleetWatcherCame();
            return watcher;
        }
    }

    /// <summary>The fleet as it stood when a page opened; what was published meanwhile is newer.</summary>
    public void Begin(Watcher watcher, IReadOnlyList<VehicleView> fleet)
    {
        lock (_gate)
        {
            watcher.Begun = _someoneWaits = true;
            _snapshot.AddRange(fleet.Take(Limits.FleetVehiclesMax - _snapshot.Count));
        }
    }

    /// <summary>A page looks at another part of the map, or for something.</summary>
    public void Look(Watcher watcher, FleetArea? area, string? wanted)
    {
        lock (_gate)
        {
            watcher.Wish = new FleetWish(area, wanted);
            _someoneWaits = true;
        }
    }

    public void Leave(Watcher watcher)
    {
        lock (_gate)
        {
            if (!_watchers.Remove(watcher))
                return;
            statistics.FleetWatcherLeft();
            _watched = _watchers.Count > 0;
            if (!_watched)
                _changed.Clear();
        }
    }

    /// <summary>One tick, always from the same loop. True when it has to be called again without further news.</summary>
    public bool Flush(WireMoment moment)
    {
        // Whoever has just come, or looks elsewhere, does not wait; all others have their turn.
        var everybody = _flushed == 0 || time.GetElapsedTime(_flushed) >= Limits.FleetTick;
        TakeRequests();
        if (everybody)
        {
            _flushed = time.GetTimestamp();
            TakeChanges();
        }
        var someoneIsBehind = !everybody && HasNews;
        foreach (var watcher in _present)
        {
            var wish = Volatile.Read(ref watcher.Wish);
            var asks = watcher.NeedsAll || !ReferenceEquals(wish, watcher.Told);
            if (!asks && (!everybody || _taken.Count == 0))
                continue;
            if (watcher.Write is { IsCompleted: false })
            {
                someoneIsBehind = watcher.NeedsAll = true;
                if (time.GetElapsedTime(watcher.Since) >= Limits.SlowViewerCut)
                    watcher.Writer.Abort();
                continue;
            }
            watcher.Since = time.GetTimestamp();
            watcher.Write = watcher.Writer.WriteAsync(FleetJson.Of(_fleet, wish, all: asks, moment));
            watcher.NeedsAll = false;
            watcher.Told = wish;
            statistics.FleetUpdatePushed();
        }
        lock (_gate)
            _someoneWaits |= someoneIsBehind;
        return someoneIsBehind;
    }

    void TakeRequests()
    {
        List<VehicleView> snapshot;
        lock (_gate)
        {
            _present = [.. _watchers.Where(watcher => watcher.Begun)];
            _someoneWaits = false;
            snapshot = [.. _snapshot];
            _snapshot.Clear();
        }
        if (!_watched)
            _fleet.Clear();
        _fleet.Learn(snapshot);
    }

    void TakeChanges()
    {
        _taken.Clear();
        lock (_gate)
            (_taken, _changed) = (_changed, _taken);
        _fleet.Take(_taken.Values);
    }

    /// <summary>One open fleet page. Its state belongs to the loop that flushes, once it has begun.</summary>
    public sealed class Watcher(IFleetWriter writer)
    {
        /// <summary>What it looks at.</summary>
        public FleetWish Wish = FleetWish.None;

        public IFleetWriter Writer => writer;

        /// <summary>It has the fleet as it stood when it opened; before that a picture would lack vehicles.</summary>
        public bool Begun { get; set; }

        public Task? Write { get; set; }

        public long Since { get; set; }

        /// <summary>The wish that its last message answered.</summary>
        public FleetWish? Told { get; set; }

        public bool NeedsAll { get; set; } = true;
    }
}

/// <param name="Area">Null: it has no map yet.</param>
/// <param name="Wanted">Part of a vehicle's name; null: it looks for none.</param>
sealed record FleetWish(FleetArea? Area, string? Wanted)
{
    public static readonly FleetWish None = new(null, null);
}
