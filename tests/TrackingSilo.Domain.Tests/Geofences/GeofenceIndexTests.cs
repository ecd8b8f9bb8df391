using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Tests.Geofences;

public class GeofenceIndexTests
{
    [Theory]
    [InlineData(1, 20, 8, 1.0, 30_000)]
    [InlineData(2, 100, 24, 0.5, 30_000)]
    [InlineData(3, 200, 64, 40.0, 20_000)]
    [InlineData(4, 3, 5, 0.0001, 20_000)]
    public void Areas_hold_what_Covers_says_also_on_their_corners_and_edges(int seed, int count, int corners, double size, int points)
    {
        const double West = -89.5, South = 43;
        var random = new Random(seed);
        var areas = Enumerable.Range(0, count).Select(_ => RandomAreas.Next(random, West, South, size, corners)).ToList();
        var index = GeofenceIndex.Build(areas.Select((area, i) => Geofence.FromArea($"{i}", $"{i}", GeofenceKind.District, area)));

        var prepared = areas.ConvertAll(PreparedGeometryFactory.Prepare);
        Span<int> hits = stackalloc int[400];
        for (var i = 0; i < points; i++)
        {
            var point = RandomAreas.Point(random, areas, West, South, size);
            var found = hits[..index.Find(GeoPoint.Create(point.Y, point.X), hits)].ToArray();
            Assert.Equal(Expected(prepared, point), found);
        }
    }

    [Theory]
    [InlineData("geofences/manhattan.geojson", 37)]
    [InlineData("geofences/washington.geojson", 34)]
    public void Real_cities_are_read_and_answered_as_Covers_answers(string path, int count)
    {
        if (SharedData.Find(path) is not { } file)
            return;
        var result = GeofenceFile.Read(file, File.ReadAllBytes(file));
        Assert.Empty(result.Errors);
        Assert.Equal(count, result.Fences.Length);

        var index = GeofenceIndex.Build(result.Fences);
        var areas = result.Fences.Select(f => f.Area!).ToList();
        var box = new Envelope();
        areas.ForEach(a => box.ExpandToInclude(a.EnvelopeInternal));
        var prepared = areas.ConvertAll(PreparedGeometryFactory.Prepare);
        var random = new Random(7);
        Span<int> hits = stackalloc int[64];
        for (var i = 0; i < 10_000; i++)
        {
            var point = RandomAreas.Point(random, areas, box.MinX, box.MinY, Math.Max(box.Width, box.Height));
            var found = hits[..index.Find(GeoPoint.Create(point.Y, point.X), hits)].ToArray();
            Assert.Equal(Expected(prepared, point), found);
        }
    }

    [Fact]
    public void Circles_hold_what_lies_within_their_radius_anywhere_on_Earth()
    {
        var random = new Random(5);
        var circles = new List<Geofence>();
        foreach (var (latitude, longitude) in new[] { (0.0, 0.0), (43.0, -89.0), (-33.9, 179.99), (60.0, -179.999), (78.2, 15.6), (89.9, 40.0), (-89.99, -120.0), (0.0, 180.0), (10.0, -180.0) })
        {
            foreach (var radius in new[] { 50.0, 3_000, 400_000 })
                circles.Add(Geofence.FromCircle($"{circles.Count}", "", GeofenceKind.Hub, GeoPoint.Create(latitude, longitude), radius));
        }
        var index = GeofenceIndex.Build(circles);

        Span<int> hits = stackalloc int[64];
        for (var i = 0; i < 50_000; i++)
        {
            var circle = circles[random.Next(circles.Count)];
            var angle = random.NextDouble() * 2 * Math.PI;
            var reach = circle.RadiusMetres * (random.Next(2) == 0 ? random.NextDouble() * 2 : 1 + ((random.NextDouble() - 0.5) * 1e-6));
            var latitude = circle.Centre.Latitude + (reach * Math.Cos(angle) / GeoPoint.MetresPerDegree);
            latitude = Math.Clamp(latitude, -90, 90);
            var longitude = Math.IEEERemainder(
                circle.Centre.Longitude + (reach * Math.Sin(angle) / (GeoPoint.MetresPerDegree * Math.Max(1e-6, Math.Cos(latitude * Math.PI / 180)))), 360);
            var place = GeoPoint.Create(latitude, longitude);

            var found = hits[..index.Find(place, hits)].ToArray();
            Assert.Equal(Enumerable.Range(0, circles.Count).Where(c => circles[c].Centre.DistanceMetresTo(place) <= circles[c].RadiusMetres), found);
        }
    }

    [Fact]
    public void A_thousand_fences_on_one_border_build_and_answer()
    {
        var area = RandomAreas.Next(new Random(11), 8, 47, 0.1, 200);
        var index = GeofenceIndex.Build(Enumerable.Range(0, 1_000).Select(i => Geofence.FromArea($"{i}", $"{i}", GeofenceKind.District, area)));

        var inside = area.InteriorPoint;
        Assert.Equal(1_000, index.Find(GeoPoint.Create(inside.Y, inside.X), new int[2_000]));
        Assert.Equal(16, index.Find(GeoPoint.Create(inside.Y, inside.X), new int[16]));
    }

    [Fact]
    public void No_fences_hold_nothing()
        => Assert.Equal(0, GeofenceIndex.Empty.Find(GeoPoint.Create(0, 0), new int[4]));

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var random = new Random(3);
        var areas = Enumerable.Range(0, 50).Select(_ => RandomAreas.Next(random, 10, 59, 1, 32)).ToList();
        var index = GeofenceIndex.Build(areas.Select((area, i) => Geofence.FromArea($"{i}", $"{i}", GeofenceKind.District, area)));
        var places = Enumerable.Range(0, 1_000).Select(_ => RandomAreas.Point(random, areas, 10, 59, 1)).Select(c => GeoPoint.Create(c.Y, c.X)).ToArray();
        var hits = new int[64];
        var found = 0;
        void LookUp()
        {
            foreach (var place in places)
                found += index.Find(place, hits);
        }

        LookUp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        LookUp();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(found > 0);
    }

    // Prepared areas answer the same as plain ones, in a hundredth of the time; every fiftieth point is asked of both.
    static int[] Expected(List<IPreparedGeometry> areas, Coordinate point)
    {
        int[] expected = [.. Enumerable.Range(0, areas.Count).Where(i => areas[i].Covers(new Point(point)))];
        if (point.GetHashCode() % 50 == 0)
            Assert.Equal(Enumerable.Range(0, areas.Count).Where(i => areas[i].Geometry.EnvelopeInternal.Covers(point) && areas[i].Geometry.Covers(new Point(point))), expected);
        return expected;
    }
}
