using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.LoadTests.Measuring;

namespace TrackingSilo.LoadTests.Geofence;

/// <summary>Fences to look up in, and the box over which points are spread.</summary>
sealed record FenceSet(string Name, bool IsSynthetic, IReadOnlyList<Geometry> Areas, Envelope Box)
{
    public const string Sparse = "10,000, sparse";
    public const string One = "10,000, one hit";
    public const string Dense = "10,000, dense";

    const int Count = 10_000;
    const int Vertices = 64;

    static readonly GeometryFactory Factory = new();

    public static IEnumerable<FenceSet> All()
    {
        foreach (var city in new[] { "washington", "manhattan" })
        {
            var file = Path.Combine(Machine.Checkout(), "..", "shared", "data", "geofences", $"{city}.geojson");
            if (File.Exists(file))
                yield return FromFile(city, file);
        }
        yield return Synthetic(Sparse, 0.01, 1);
        yield return Synthetic(One, 1, 2);
        yield return Synthetic(Dense, 5, 3);
    }

    static FenceSet FromFile(string city, string file)
    {
        var areas = GeofenceFile.Read(file, File.ReadAllBytes(file)).Fences.Select(fence => fence.Area!).ToList();
        var box = new Envelope();
        areas.ForEach(area => box.ExpandToInclude(area.EnvelopeInternal));
        return new FenceSet($"{city}, {areas.Count}", false, areas, box);
    }

    /// <summary>Stars of 64 vertices, spread over one degree by one, as large as the wanted number of hits asks.</summary>
    static FenceSet Synthetic(string name, double hits, int seed)
    {
        var random = new Random(seed);
        var box = new Envelope(10, 11, 59, 60);
        var areas = new List<Geometry>(Count);
        for (var i = 0; i < Count; i++)
        {
            var (x, y) = (box.MinX + (random.NextDouble() * box.Width), box.MinY + (random.NextDouble() * box.Height));
            var reaches = new double[Vertices];
            for (var v = 0; v < Vertices; v++)
                reaches[v] = 0.6 + (0.4 * random.NextDouble());
            // A star is a fan of triangles.
            var unitArea = 0.0;
            for (var v = 0; v < Vertices; v++)
                unitArea += reaches[v] * reaches[(v + 1) % Vertices] * Math.Sin(2 * Math.PI / Vertices) / 2;
            var scale = Math.Sqrt(hits * box.Area / Count / unitArea);
            var ring = new Coordinate[Vertices + 1];
            for (var v = 0; v < Vertices; v++)
            {
                var angle = 2 * Math.PI * v / Vertices;
                ring[v] = new Coordinate(x + (scale * reaches[v] * Math.Cos(angle)), y + (scale * reaches[v] * Math.Sin(angle)));
            }
            ring[Vertices] = ring[0].Copy();
            areas.Add(Factory.CreatePolygon(ring));
        }
        return new FenceSet(name, true, areas, box);
    }
}
