using System.Collections.Concurrent;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>The vehicles in this silo's memory as operators see them, and those that have moved since other processes were told. Any thread may use it.</summary>
sealed class FleetViews(IUpdateSink sink)
{
    readonly ConcurrentDictionary<VehicleId, VehicleView> _views = new();
    readonly ConcurrentDictionary<VehicleId, byte> _changed = new();

    /// <summary>Somebody on another process looks at the fleet.</summary>
    public bool IsWatchedElsewhere { get; set; }

    public IReadOnlyList<VehicleView> All => [.. _views.Values];

    public void Publish(in VehicleView view)
    {
        _views[view.Id] = view;
        if (sink.FleetIsWatched)
            sink.Publish(view);
        if (IsWatchedElsewhere)
            _changed[view.Id] = 0;
    }

    public void Leave(VehicleId id)
    {
        _views.TryRemove(id, out _);
        _changed.TryRemove(id, out _);
    }

    /// <summary>What has changed since the last call, for others; null: nothing.</summary>
    public byte[]? TakeChanged()
    {
        if (_changed.IsEmpty)
            return null;
        var views = new List<VehicleView>();
        foreach (var (id, _) in _changed)
        {
            if (_changed.TryRemove(id, out _) && _views.TryGetValue(id, out var view))
                views.Add(view);
        }
        return Wire.Write([.. views], WireJson.Default.VehicleViewArray);
    }
}
