using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// All fences in force, to be asked which of them hold a place. Immutable: whoever changes fences builds a new one and swaps it; safe from any thread. An area holds
/// what NetTopologySuite's <c>Covers</c> says that it holds, its border included; a circle what lies within its radius by <see cref="GeoPoint.DistanceMetresTo"/>;
/// a corridor what lies within half its width of its line, measured on the same sphere.
/// </summary>
public sealed class GeofenceIndex
{
    public static readonly GeofenceIndex Empty = new([]);

    // So that the outermost borders lie within the grid.
    const double RoomDegrees = 1e-4;

    readonly Geofence[] _fences;
    readonly FenceShape[] _shapes;
    readonly Dictionary<string, int> _ordinals;
    readonly DegreeBox _box = new(1, 1, -1, -1);
    readonly FenceGrid? _grid;
    readonly CrossableFences? _crossable;

    GeofenceIndex(Geofence[] fences)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fences.Length, FenceGrid.FencesMax, nameof(fences));
        _fences = fences;
        var positions = new double[2 * fences.Sum(fence => fence.Area?.NumPoints ?? 0)];
        var next = 0;
        _shapes = Array.ConvertAll(fences, fence => new FenceShape(fence, positions, ref next));
        _ordinals = new Dictionary<string, int>(fences.Length, StringComparer.Ordinal);
        for (var i = 0; i < fences.Length; i++)
            _ordinals[fences[i].Id] = i;
        if (fences.Length == 0)
            return;
        if (Array.Exists(fences, fence => fence.Rule.TellsCrossings))
            _crossable = new CrossableFences(_shapes, [.. Enumerable.Range(0, fences.Length).Where(i => fences[i].Rule.TellsCrossings)]);
        _box = WithinTheWorld(_shapes[0].Box);
        foreach (var shape in _shapes)
            _box = _box.Including(WithinTheWorld(shape.Box));
        _box = _box.Wider(RoomDegrees, RoomDegrees);
        _grid = FenceGridBuilder.Build(_shapes, positions, _box);
    }

    /// <summary>Builds an index; of two fences with one id the later stands.</summary>
    public static GeofenceIndex Build(IEnumerable<Geofence> fences)
    {
        var byId = new Dictionary<string, Geofence>(StringComparer.Ordinal);
        foreach (var fence in fences)
            byId[fence.Id] = fence;
        return new GeofenceIndex([.. byId.Values]);
    }

    public int Count => _fences.Length;

    /// <summary>A fence by its ordinal, which is its number in this index only.</summary>
    public Geofence this[int ordinal] => _fences[ordinal];

    /// <summary>A fence by its id; null where it is not in force.</summary>
    public Geofence? Find(string id) => _ordinals.TryGetValue(id, out var ordinal) ? _fences[ordinal] : null;

    public bool TryFind(string id, out int ordinal) => _ordinals.TryGetValue(id, out ordinal);

    /// <summary>Writes the ordinals of the fences that hold a place, lowest first, as many as there is room for. Allocates nothing.</summary>
    /// <returns>How many were written.</returns>
    public int Find(GeoPoint place, Span<int> hits)
    {
        var (x, y) = (place.Longitude, place.Latitude);
        if (!(x >= _box.MinX && x <= _box.MaxX && y >= _box.MinY && y <= _box.MaxY))
            return 0;
        return _grid!.Find(place, hits);
    }

    /// <summary>Whether any fence's rule tells crossings.</summary>
    public bool TellsCrossings => _crossable is not null;

    /// <summary>
    /// Writes the ordinals of fences whose rule tells crossings and that a straight way goes through, as many as there is room for, each with the share of the way at which it
    /// meets them first. On a flat map: for ways of some kilometres.
    /// </summary>
    public int FindCrossed(GeoPoint from, GeoPoint to, Span<int> ordinals, Span<double> shares) => _crossable?.Find(from, to, ordinals, shares) ?? 0;

    /// <summary>Whether one fence holds a place.</summary>
    public bool Holds(int ordinal, GeoPoint place) => _shapes[ordinal].Holds(place);

    /// <summary>Metres between a place and one fence's border, less than 0 within, no more than <paramref name="max"/> either way. For thresholds: areas are measured on a flat map.</summary>
    public double MetresBeyond(int ordinal, GeoPoint place, double max) => _shapes[ordinal].MetresBeyond(place, max);

    // A circle or corridor across the antimeridian is found from both ends of the map.
    static DegreeBox WithinTheWorld(in DegreeBox box) => box.MinX < -180 || box.MaxX > 180 ? box with { MinX = -180, MaxX = 180 } : box;
}
