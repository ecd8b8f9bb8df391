using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Fleet;

/// <summary>All vehicles as they stand, which of them have changed in this tick, and what an operator has to know wherever they look. For one thread.</summary>
sealed class Fleet
{
    readonly Dictionary<VehicleId, VehicleView> _all = [];
    readonly List<(VehicleView View, GeoPoint? Before)> _changed = [];
    FleetSummary? _summary;

    public IReadOnlyCollection<VehicleView> All => _all.Values;

    /// <summary>What stands first wherever a page looks; made when it is asked for.</summary>
    public FleetSummary Summary => _summary ??= FleetSummary.Of(_all.Values);

    public void Clear()
    {
        _all.Clear();
        _summary = null;
    }

    /// <summary>Vehicles as they stood some moments ago: what is known already is newer.</summary>
    public void Learn(IReadOnlyList<VehicleView> vehicles)
    {
        foreach (var vehicle in vehicles)
        {
            if (_all.Count < Limits.FleetVehiclesMax && _all.TryAdd(vehicle.Id, vehicle))
                _summary = null;
        }
    }

    /// <summary>What has changed since the last tick.</summary>
    public void Take(IReadOnlyCollection<VehicleView> changed)
    {
        _changed.Clear();
        foreach (var vehicle in changed)
        {
            var isKnown = _all.TryGetValue(vehicle.Id, out var before);
            if (!isKnown && _all.Count >= Limits.FleetVehiclesMax)
                continue;
            _all[vehicle.Id] = vehicle;
            _changed.Add((vehicle, isKnown ? before.Place : null));
        }
        _summary = null;
    }

    /// <summary>What a page has to draw: all in its area, or what has moved there, into it and out of it.</summary>
    public IEnumerable<VehicleView> In(FleetArea area, bool all)
        => all
            ? _all.Values.Where(vehicle => area.Holds(vehicle.Place))
            : _changed.Where(change => area.Holds(change.View.Place) || (change.Before is { } before && area.Holds(before))).Select(change => change.View);

    public IEnumerable<VehicleView> Found(string wanted)
        => _all.Values.Where(vehicle => vehicle.Id.Value.Contains(wanted, StringComparison.OrdinalIgnoreCase)).OrderBy(vehicle => vehicle.Id.Value, StringComparer.Ordinal).Take(Limits.FleetFoundMax);
}

/// <summary>The fleet in a few numbers, and the vehicles that somebody should look after: silent ones first, then the latest.</summary>
/// <param name="StopsAtRisk">Stops that late vehicles still have to make.</param>
sealed record FleetSummary(
    int Vehicles, int Silent, int Late, int StopsDone, int StopsTotal, int StopsAtRisk, FleetArea? Bounds, IReadOnlyList<VehicleView> Attention, IReadOnlyDictionary<string, int> Occupancy)
{
    public static bool IsLate(in VehicleView vehicle) => vehicle.LateSeconds >= Limits.FleetLateAfter.TotalSeconds;

    public static FleetSummary Of(IReadOnlyCollection<VehicleView> all)
    {
        int silent = 0, late = 0, done = 0, total = 0, atRisk = 0;
        double south = 90, north = -90, west = 180, east = -180;
        var attention = new List<VehicleView>();
        var occupancy = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var vehicle in all)
        {
            done += vehicle.StopsDone;
            total += vehicle.StopsTotal;
            silent += vehicle.Silent ? 1 : 0;
            late += IsLate(vehicle) ? 1 : 0;
            atRisk += IsLate(vehicle) ? Math.Max(0, vehicle.StopsTotal - vehicle.StopsDone) : 0;
            (south, north) = (Math.Min(south, vehicle.Place.Latitude), Math.Max(north, vehicle.Place.Latitude));
            (west, east) = (Math.Min(west, vehicle.Place.Longitude), Math.Max(east, vehicle.Place.Longitude));
            if (vehicle.Silent || IsLate(vehicle))
                attention.Add(vehicle);
            if (vehicle.Fence is { } fence)
                occupancy[fence] = occupancy.GetValueOrDefault(fence) + 1;
        }
        attention.Sort(Worse);
        return new FleetSummary(
            all.Count, silent, late, done, total, atRisk, all.Count == 0 ? null : new FleetArea(south, west, north, east), [.. attention.Take(Limits.FleetAttentionMax)], occupancy);
    }

    static int Worse(VehicleView a, VehicleView b)
    {
        if (a.Silent != b.Silent)
            return a.Silent ? -1 : 1;
        return a.Silent ? a.SeenAt.CompareTo(b.SeenAt) : (b.LateSeconds ?? 0).CompareTo(a.LateSeconds ?? 0);
    }
}
