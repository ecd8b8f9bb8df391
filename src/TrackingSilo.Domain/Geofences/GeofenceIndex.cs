using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// All fences in force, to be asked which of them hold a place. Immutable: whoever changes fences makes a new one and swaps it; safe from any thread. An area holds
/// what NetTopologySuite's <c>Covers</c> says that it holds, its border included; a circle what lies within its radius by <see cref="GeoPoint.DistanceMetresTo"/>.
/// </summary>
public sealed class GeofenceIndex
{
    public static readonly GeofenceIndex Empty = new([]);

    readonly Geofence[] _fences;
    readonly Dictionary<string, int> _ordinals;
    readonly IPointOnGeometryLocator?[] _areas;

    GeofenceIndex(Geofence[] fences)
    {
        _fences = fences;
        _ordinals = new Dictionary<string, int>(fences.Length, StringComparer.Ordinal);
        _areas = new IPointOnGeometryLocator?[fences.Length];
        for (var i = 0; i < fences.Length; i++)
        {
            _ordinals[fences[i].Id] = i;
            _areas[i] = fences[i].Area is { } area ? new IndexedPointInAreaLocator(area) : null;
        }
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

    public bool TryFind(string id, out int ordinal) => _ordinals.TryGetValue(id, out ordinal);

    /// <summary>Writes the ordinals of the fences that hold a place, lowest first, as many as there is room for.</summary>
    /// <returns>How many were written.</returns>
    public int Find(GeoPoint place, Span<int> hits)
    {
        var count = 0;
        for (var i = 0; i < _fences.Length && count < hits.Length; i++)
        {
            if (Holds(i, place))
                hits[count++] = i;
        }
        return count;
    }

    /// <summary>Whether one fence holds a place.</summary>
    public bool Holds(int ordinal, GeoPoint place)
        => _areas[ordinal] is { } area
            ? area.Locate(new Coordinate(place.Longitude, place.Latitude)) != Location.Exterior
            : _fences[ordinal].Centre.DistanceMetresTo(place) <= _fences[ordinal].RadiusMetres;

    /// <summary>Metres from a place outside a fence to it; 0 for one inside.</summary>
    public double DistanceMetres(int ordinal, GeoPoint place)
    {
        if (Holds(ordinal, place))
            return 0;
        var fence = _fences[ordinal];
        return fence.Area is { } area ? AreaDistance.Metres(area, place) : fence.Centre.DistanceMetresTo(place) - fence.RadiusMetres;
    }
}
