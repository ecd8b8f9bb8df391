using System.Globalization;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Simulation.Replay;

/// <summary>A stop on a pattern.</summary>
/// <param name="Along">Metres from the pattern's beginning.</param>
sealed record PatternStop(string Id, GeoPoint Place, double Along);

/// <summary>The way that vehicles of one pattern take, and the stops along it.</summary>
sealed class PatternShape
{
    /// <summary>What a metre along the way, away from where the vehicle says it is, counts against a metre beside it. Ways cross and return: nearest is not enough.</summary>
    const double AlongWeight = 0.02;

    readonly (double East, double North)[] _points;
    readonly double[] _along;
    readonly double _metresPerDegreeOfLongitude;
    readonly GeoPoint _origin;

    public PatternShape(string id, string route, IReadOnlyList<(GeoPoint Place, string? Stop)> points)
    {
        Id = id;
        Route = route;
        _origin = points[0].Place;
        _metresPerDegreeOfLongitude = GeoPoint.MetresPerDegree * Math.Cos(_origin.Latitude * Math.PI / 180);
        _points = [.. points.Select(point => Plane(point.Place))];
        _along = new double[_points.Length];
        for (var i = 1; i < _points.Length; i++)
            _along[i] = _along[i - 1] + Distance(_points[i - 1], _points[i]);
        Stops = StopsOf(points);
    }

    public string Id { get; }
    public string Route { get; }
    public IReadOnlyList<PatternStop> Stops { get; }

    /// <summary>The place on the way that is nearest to a fix, preferring those about <paramref name="hint"/> metres along it (NaN: no preference).</summary>
    public (double Along, double Aside) Project(GeoPoint place, double hint)
    {
        var point = Plane(place);
        var best = (Along: 0.0, Aside: double.MaxValue);
        var bestCost = double.MaxValue;
        for (var i = 1; i < _points.Length; i++)
        {
            var (from, to) = (_points[i - 1], _points[i]);
            var (east, north) = (to.East - from.East, to.North - from.North);
            var square = (east * east) + (north * north);
            var share = square == 0 ? 0 : Math.Clamp((((point.East - from.East) * east) + ((point.North - from.North) * north)) / square, 0, 1);
            var aside = Distance(point, (from.East + (share * east), from.North + (share * north)));
            var along = _along[i - 1] + (share * Math.Sqrt(square));
            var cost = double.IsNaN(hint) ? aside : aside + (AlongWeight * Math.Abs(along - hint));
            if (cost < bestCost)
                (best, bestCost) = ((along, aside), cost);
        }
        return best;
    }

    // A way may come to one stop twice; in a manifest each visit has a name of its own.
    List<PatternStop> StopsOf(IReadOnlyList<(GeoPoint Place, string? Stop)> points)
    {
        var stops = new List<PatternStop>();
        var visits = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Stop is not { } stop)
                continue;
            visits[stop] = visits.GetValueOrDefault(stop) + 1;
            var id = visits[stop] == 1 ? stop : string.Create(CultureInfo.InvariantCulture, $"{stop}-{visits[stop]}");
            stops.Add(new PatternStop(id, points[i].Place, _along[i]));
        }
        return stops;
    }

    (double East, double North) Plane(GeoPoint place)
        => ((place.Longitude - _origin.Longitude) * _metresPerDegreeOfLongitude, (place.Latitude - _origin.Latitude) * GeoPoint.MetresPerDegree);

    static double Distance((double East, double North) a, (double East, double North) b) => Math.Sqrt(((a.East - b.East) * (a.East - b.East)) + ((a.North - b.North) * (a.North - b.North)));
}
