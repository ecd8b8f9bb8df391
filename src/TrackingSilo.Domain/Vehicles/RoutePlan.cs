using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>A manifest as a route: legs as great circles from stop to stop, with running sums, so that any distance along it is one subtraction. Immutable.</summary>
public sealed class RoutePlan
{
    /// <summary>A stop cannot be planned to take longer: an error in the manifest must not push every later arrival out of sight.</summary>
    public const int ServiceMaxSeconds = 4 * 60 * 60;

    public static readonly RoutePlan Empty = From(Manifest.None);

    // [i]: its place; metres from the first stop to stop i; seconds of the stops before i whose service the plan gives; how many of them have none.
    readonly GeoPoint[] _places;
    readonly float[] _metres;
    readonly float[] _plannedSeconds;
    readonly ushort[] _unplanned;

    RoutePlan(Manifest manifest)
    {
        Manifest = manifest;
        var stops = manifest.Stops;
        _places = new GeoPoint[stops.Length];
        _metres = new float[stops.Length];
        _plannedSeconds = new float[stops.Length + 1];
        _unplanned = new ushort[stops.Length + 1];
        var metres = 0.0;
        for (var i = 0; i < stops.Length; i++)
        {
            _places[i] = stops[i].Place;
            if (i > 0)
                metres += stops[i - 1].Place.DistanceMetresTo(stops[i].Place);
            _metres[i] = (float)metres;
            var service = stops[i].ServiceSeconds;
            _plannedSeconds[i + 1] = _plannedSeconds[i] + Math.Clamp(service ?? 0, 0, ServiceMaxSeconds);
            _unplanned[i + 1] = (ushort)(_unplanned[i] + (service is null ? 1 : 0));
        }
    }

    /// <summary>Reads the surroundings of a stop, for <see cref="RouteProgress.Warm"/>.</summary>
    internal long Warm(int stop)
    {
        var ahead = Math.Min(_places.Length - 1, stop + 4);
        return (long)(_places[stop].Latitude + _places[ahead].Latitude + _metres[stop] + _plannedSeconds[stop]) + _unplanned[stop];
    }

    public static RoutePlan From(Manifest manifest) => new(manifest);

    public Manifest Manifest { get; }

    /// <summary>Number of stops.</summary>
    public int Count => _metres.Length;

    /// <summary>When the plan's first stop is planned; null: it says nothing.</summary>
    public DateTimeOffset? StartsAt => Count > 0 ? Manifest.Stops[0].PlannedAt : null;

    public GeoPoint PlaceOf(int stop) => _places[stop];

    public string StopIdOf(int stop) => Manifest.Stops[stop].StopId;

    /// <summary>
    /// Which stop of an earlier plan each stop of this one is; −1: none. Carriers name stops S1, S2, … anew each day, and buses come to the same ones each trip, so a name alone
    /// says nothing: a stop is the same if it also keeps one of its shipments. Where it has none (any more), its name counts as long as the plans share a shipment elsewhere, or neither
    /// has any.
    /// </summary>
    public int[] SameStopsOf(RoutePlan earlier)
    {
        var before = new Dictionary<string, int>(earlier.Count);
        for (var i = 0; i < earlier.Count; i++)
            before.TryAdd(earlier.StopIdOf(i), i);
        var shipments = earlier.Manifest.Stops.SelectMany(stop => stop.Shipments).ToHashSet();
        var isSameTour = shipments.Count == 0
            ? Manifest.Stops.All(stop => stop.Shipments.IsEmpty)
            : Manifest.Stops.Any(stop => stop.Shipments.Any(shipments.Contains));
        var same = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            var now = Manifest.Stops[i].Shipments;
            same[i] = before.TryGetValue(StopIdOf(i), out var place)
                && (now.IsEmpty ? isSameTour : now.Any(shipment => earlier.Manifest.Stops[place].Shipments.Contains(shipment)))
                    ? place
                    : -1;
        }
        return same;
    }

    /// <summary>Metres along the route from the first stop to this one.</summary>
    public double MetresAt(int stop) => _metres[stop];

    /// <summary>Metres from the stop before to this one; 0 for the first, whose way from the depot the plan does not know.</summary>
    public double LegMetres(int stop) => stop > 0 ? _metres[stop] - _metres[stop - 1] : 0;

    /// <summary>Metres along the route between two stops.</summary>
    public double MetresBetween(int from, int to) => _metres[to] - _metres[from];

    /// <summary>
    /// Seconds of service at the stops from <paramref name="from"/> up to, without, <paramref name="to"/>; <paramref name="unplannedSeconds"/> for each
    /// to which the plan gives no time.
    /// </summary>
    public double ServiceSecondsBetween(int from, int to, double unplannedSeconds)
        => _plannedSeconds[to] - _plannedSeconds[from] + ((_unplanned[to] - _unplanned[from]) * unplannedSeconds);
}
