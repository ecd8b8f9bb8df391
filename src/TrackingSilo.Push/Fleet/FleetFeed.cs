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
/// All vehicles, to those who watch the fleet: per tick one message with what changed, made once for all pages. A page that was still taking the last message misses that one, and gets the
/// whole fleet when it is ready: constant memory again.
/// </summary>
sealed class FleetFeed(PushStatistics statistics, TimeProvider time)
{
    readonly Lock _gate = new();
    readonly List<Watcher> _watchers = [];
    readonly List<VehicleView> _snapshot = [];
    bool _someoneWaits;
    Dictionary<VehicleId, VehicleView> _changed = [];

    // Of the loop that flushes alone.
    readonly Dictionary<VehicleId, VehicleView> _all = [];
    Dictionary<VehicleId, VehicleView> _taken = [];
    Watcher[] _present = [];

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

    /// <summary>One tick, always from the same loop. True when a page has not taken its last message yet and has to be looked at again.</summary>
    public bool Flush(WireMoment moment)
    {
        TakeChanges();
        if (!_watched)
            _all.Clear();
        var someoneIsBehind = false;
        byte[]? changes = null, everything = null;
        foreach (var watcher in _present)
        {
            if (watcher.Write is { IsCompleted: false })
            {
                someoneIsBehind = watcher.NeedsAll = true;
                if (time.GetElapsedTime(watcher.Since) >= Limits.SlowViewerCut)
                    watcher.Writer.Abort();
                continue;
            }
            if (!watcher.NeedsAll && _taken.Count == 0)
                continue;
            watcher.Since = time.GetTimestamp();
            watcher.Write = watcher.Writer.WriteAsync(
                watcher.NeedsAll ? everything ??= FleetJson.Of(_all.Values, all: true, moment) : changes ??= FleetJson.Of(_taken.Values, all: false, moment));
            watcher.NeedsAll = false;
            statistics.FleetUpdatePushed();
        }
        lock (_gate)
            _someoneWaits |= someoneIsBehind;
        return someoneIsBehind;
    }

    void TakeChanges()
    {
        _taken.Clear();
        List<VehicleView> snapshot = [];
        lock (_gate)
        {
            (_taken, _changed) = (_changed, _taken);
            _present = [.. _watchers.Where(watcher => watcher.Begun)];
            _someoneWaits = false;
            snapshot.AddRange(_snapshot);
            _snapshot.Clear();
        }
        foreach (var vehicle in snapshot)
        {
            if (_all.Count < Limits.FleetVehiclesMax)
                _all.TryAdd(vehicle.Id, vehicle);
        }
        foreach (var (id, vehicle) in _taken)
        {
            if (_all.Count < Limits.FleetVehiclesMax || _all.ContainsKey(id))
                _all[id] = vehicle;
        }
    }

    /// <summary>One open fleet page. Its state belongs to the loop that flushes, once it has begun.</summary>
    public sealed class Watcher(IFleetWriter writer)
    {
        public IFleetWriter Writer => writer;

        /// <summary>It has the fleet as it stood when it opened; before that a picture would lack vehicles.</summary>
        public bool Begun { get; set; }

        public Task? Write { get; set; }

        public long Since { get; set; }

        public bool NeedsAll { get; set; } = true;
    }
}
