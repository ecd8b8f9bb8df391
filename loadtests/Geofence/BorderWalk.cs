using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.LoadTests.Geofence;

/// <summary>A vehicle on a border: how often it comes and goes by raw containment, and by our rules.</summary>
static class BorderWalk
{
    const int Walks = 50;
    const int Fixes = 400;

    static readonly DateTimeOffset Noon = new(2025, 9, 12, 12, 0, 0, TimeSpan.Zero);

    static readonly GeofenceIndex Index = GeofenceIndex.Build(
        [Domain.Geofences.Geofence.FromArea("west", "west", GeofenceKind.District, new GeometryFactory().ToGeometry(new Envelope(9.9, 10, 59, 59.1)))]);

    public static IEnumerable<IReadOnlyList<object>> Rows()
    {
        foreach (var (noise, accuracy) in new[] { (5.0, 8f), (10, 15), (10, float.NaN), (20, 30), (40, 60) })
        {
            var walks = Enumerable.Range(0, Walks).Select(seed => One(new Random(seed), noise, accuracy)).ToList();
            var raw = walks.Select(walk => walk.Raw).Order().ToList();
            yield return
            [
                noise, float.IsNaN(accuracy) ? "none" : accuracy, $"{raw[0]} – {raw[raw.Count / 2]} – {raw[^1]}", walks.Max(walk => walk.Entered), walks.Max(walk => walk.Exited),
            ];
        }
    }

    static (int Raw, int Entered, int Exited) One(Random random, double noise, float accuracy)
    {
        double Noise() => noise * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) / GeoPoint.MetresPerDegree;
        var window = new FixWindow();
        var fences = new FenceMemberships();
        var events = new List<FenceEvent>();
        var hits = new int[4];
        var (raw, wasIn) = (0, -1);
        for (var i = 0; i < Fixes; i++)
        {
            var fix = new Fix
            {
                At = Noon.AddSeconds(i * 5), AccuracyMetres = accuracy,
                Place = GeoPoint.Create(59.02 + (i * 1e-4) + Noise(), 10 + (Noise() / Math.Cos(59 * Math.PI / 180))),
            };
            var isIn = Index.Find(fix.Place, hits);
            raw += wasIn >= 0 && isIn != wasIn ? 1 : 0;
            wasIn = isIn;
            window.Add(fix, fix.At, fences);
            if (window.Change != WindowChange.Nothing)
                fences.Update(Index, window, events);
        }
        return (raw, events.Count(e => e.Kind == FenceEventKind.Entered), events.Count(e => e.Kind == FenceEventKind.Exited));
    }
}
