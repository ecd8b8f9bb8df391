using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Index;
using NetTopologySuite.Index.Strtree;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;
using TrackingSilo.LoadTests.Measuring;

namespace TrackingSilo.LoadTests.Geofence;

/// <summary>What one set of fences showed; speeds are lookups a second of processor time.</summary>
sealed record SetResult(
    FenceSet Set, double MeanHits, double Ours, double Prepared, double Locator, double Linear, double BytesPerLookup, double BuildCpuSeconds, long Compared, long Mismatches);

/// <summary>The index and its rivals, asked about the same points.</summary>
sealed class Contest
{
    const int PoolSize = 1 << 18;
    const int HitsMax = 512;

    readonly FenceSet _set;
    readonly GeofenceIndex _index;
    readonly IPreparedGeometry[] _prepared;
    readonly Envelope[] _boxes;
    readonly IPointOnGeometryLocator[] _locators;
    readonly STRtree<int> _tree = new();
    readonly Random _random = new(99);

    Contest(FenceSet set, GeofenceIndex index)
    {
        _set = set;
        _index = index;
        _prepared = [.. set.Areas.Select(PreparedGeometryFactory.Prepare)];
        _boxes = [.. set.Areas.Select(area => area.EnvelopeInternal)];
        _locators = [.. set.Areas.Select(area => new IndexedPointInAreaLocator(area))];
        for (var i = 0; i < _boxes.Length; i++)
            _tree.Insert(_boxes[i], i);
        _tree.Build();
    }

    public static SetResult Run(FenceSet set, TimeSpan duration, int equalityPoints, IProgress<double> progress)
    {
        var fences = set.Areas.Select((area, i) => Domain.Geofences.Geofence.FromArea($"{i}", $"{i}", GeofenceKind.District, area)).ToList();
        GeofenceIndex.Build(fences); // compiles it
        var meter = Cost.Start();
        var index = GeofenceIndex.Build(fences);
        var build = meter.Stop().Cpu.TotalSeconds;
        return new Contest(set, index).Measure(duration, equalityPoints, build, progress);
    }

    SetResult Measure(TimeSpan duration, int equalityPoints, double build, IProgress<double> progress)
    {
        var pool = new GeoPoint[PoolSize];
        for (var i = 0; i < pool.Length; i++)
            pool[i] = At(RandomPoint());
        var ours = new int[HitsMax];
        var asked = new Asked(_prepared, _locators);

        var hits = 0L;
        foreach (var place in pool)
            hits += _index.Find(place, ours);
        progress.Report(0.1);
        // The least of some passes: what the runtime allocates for itself now and then is not a look-up's.
        var bytes = Enumerable.Range(0, 4).Min(_ => BytesOfAPass(pool, ours)) / (double)pool.Length;

        var speedOurs = Speed(pool, duration, place => _index.Find(place, ours));
        progress.Report(0.2);
        var speedPrepared = Speed(pool, duration, place => Ask(asked, place, byLocator: false));
        progress.Report(0.3);
        var speedLocator = Speed(pool, duration, place => Ask(asked, place, byLocator: true));
        progress.Report(0.4);
        var speedLinear = Speed(pool, duration, place => Scan(asked, place), batch: 16);
        progress.Report(0.5);

        var (compared, mismatches) = (0L, 0L);
        for (var i = 0; i < equalityPoints * 1.1; i++, compared++)
        {
            var place = At(i < equalityPoints ? RandomPoint() : PointByABorder());
            var found = ours.AsSpan(0, _index.Find(place, ours));
            Ask(asked, place, byLocator: false);
            asked.Found.Sort();
            mismatches += found.SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(asked.Found)) ? 0 : 1;
            if (i % 50_000 == 0)
                progress.Report(0.5 + (0.5 * i / equalityPoints / 1.1));
        }
        return new SetResult(_set, hits / (double)pool.Length, speedOurs, speedPrepared, speedLocator, speedLinear, bytes, build, compared, mismatches);
    }

    long BytesOfAPass(GeoPoint[] pool, int[] hits)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var place in pool)
            _index.Find(place, hits);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static double Speed(GeoPoint[] pool, TimeSpan duration, Func<GeoPoint, int> lookUp, int batch = 4096)
    {
        var next = 0;
        void Some()
        {
            for (var i = 0; i < batch; i++)
                lookUp(pool[next++ & (PoolSize - 1)]);
        }

        var warm = Cost.Start();
        do
            Some();
        while (warm.Stop().Cpu < duration / 4);
        var lookUps = 0L;
        var meter = Cost.Start();
        Cost cost;
        do
        {
            Some();
            lookUps += batch;
            cost = meter.Stop();
        }
        while (cost.Cpu < duration);
        return cost.PerCpuSecond(lookUps);
    }

    int Ask(Asked asked, GeoPoint place, bool byLocator)
    {
        asked.Begin(place, byLocator);
        _tree.Query(asked.Box, asked);
        return asked.Found.Count;
    }

    int Scan(Asked asked, GeoPoint place)
    {
        asked.Begin(place, byLocator: false);
        for (var i = 0; i < _boxes.Length; i++)
        {
            if (_boxes[i].Contains(place.Longitude, place.Latitude))
                asked.VisitItem(i);
        }
        return asked.Found.Count;
    }

    static GeoPoint At(Coordinate point) => GeoPoint.Create(point.Y, point.X);

    Coordinate RandomPoint() => new(_set.Box.MinX + (_random.NextDouble() * _set.Box.Width), _set.Box.MinY + (_random.NextDouble() * _set.Box.Height));

    /// <summary>On an edge or a vertex, or within 1e-9 degrees of one.</summary>
    Coordinate PointByABorder()
    {
        var corners = _set.Areas[_random.Next(_set.Areas.Count)].Coordinates;
        var i = _random.Next(corners.Length - 1);
        var share = _random.Next(3) switch { 0 => 0, 1 => 0.5, _ => _random.NextDouble() };
        var off = _random.Next(3) switch { 0 => 0, 1 => 1e-9, _ => 1e-12 };
        return new Coordinate(
            corners[i].X + ((corners[i + 1].X - corners[i].X) * share) + (off * ((_random.NextDouble() * 2) - 1)),
            corners[i].Y + ((corners[i + 1].Y - corners[i].Y) * share) + (off * ((_random.NextDouble() * 2) - 1)));
    }

    /// <summary>One question to NetTopologySuite, with all that can be used again used again: point, box, visitor, list.</summary>
    sealed class Asked : IItemVisitor<int>
    {
        readonly IPreparedGeometry[] _prepared;
        readonly IPointOnGeometryLocator[] _locators;
        readonly Point _point = new(0, 0);
        readonly Coordinate _coordinate = new();
        bool _byLocator;

        public Asked(IPreparedGeometry[] prepared, IPointOnGeometryLocator[] locators) => (_prepared, _locators) = (prepared, locators);

        public Envelope Box { get; } = new();
        public List<int> Found { get; } = [];

        public void Begin(GeoPoint place, bool byLocator)
        {
            _byLocator = byLocator;
            Found.Clear();
            (_coordinate.X, _coordinate.Y) = (place.Longitude, place.Latitude);
            Box.Init(_coordinate);
            _point.CoordinateSequence.SetOrdinate(0, Ordinate.X, place.Longitude);
            _point.CoordinateSequence.SetOrdinate(0, Ordinate.Y, place.Latitude);
            _point.GeometryChanged();
        }

        public void VisitItem(int item)
        {
            if (_byLocator ? _locators[item].Locate(_coordinate) != Location.Exterior : _prepared[item].Covers(_point))
                Found.Add(item);
        }
    }
}
