using System.Collections.Immutable;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Tests.Geofences;

public class CorridorTests
{
    const double ToRadians = Math.PI / 180;

    [Fact]
    public void A_corridor_holds_what_lies_within_half_its_width_of_its_line_anywhere_on_Earth()
    {
        var random = new Random(6);
        var corridors = new List<Geofence>();
        foreach (var (latitude, longitude) in new[] { (0.0, 0.0), (43.0, -89.0), (-33.9, 179.99), (60.0, -179.999), (78.2, 15.6), (-82.0, -120.0) })
        {
            foreach (var (width, step) in new[] { (40.0, 0.005), (3_000, 0.2), (90_000, 4) })
                corridors.Add(Geofence.FromCorridor($"{corridors.Count}", "", GeofenceKind.Restricted, Line(random, latitude, longitude, step), width));
        }
        var index = GeofenceIndex.Build(corridors);

        Span<int> hits = stackalloc int[64];
        var held = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var corridor = corridors[random.Next(corridors.Count)];
            var place = Near(random, corridor);
            var found = hits[..index.Find(place, hits)];
            for (var c = 0; c < corridors.Count; c++)
            {
                var beyond = Reference(corridors[c].Line, place) - (corridors[c].WidthMetres / 2);
                if (Math.Abs(beyond) < 0.01)
                    continue; // the two formulas differ by rounding
                Assert.True(beyond < 0 == found.Contains(c), $"corridor {c}, {place}: {beyond} m beyond, found {found.Contains(c)}");
                held += beyond < 0 ? 1 : 0;
            }
        }
        Assert.InRange(held, 10_000, 1_000_000);
    }

    static ImmutableArray<GeoPoint> Line(Random random, double latitude, double longitude, double step)
    {
        var line = ImmutableArray.CreateBuilder<GeoPoint>();
        for (var i = 0; i < 6; i++)
        {
            line.Add(GeoPoint.Create(latitude, Math.IEEERemainder(longitude, 360)));
            latitude += (random.NextDouble() - 0.5) * step;
            longitude += random.NextDouble() * step;
        }
        return line.ToImmutable();
    }

    static GeoPoint Near(Random random, Geofence corridor)
    {
        var start = corridor.Line[random.Next(corridor.Line.Length)];
        var reach = corridor.WidthMetres * 1.5 * random.NextDouble() / GeoPoint.MetresPerDegree;
        var angle = random.NextDouble() * 2 * Math.PI;
        return GeoPoint.Create(
            start.Latitude + (reach * Math.Cos(angle)), Math.IEEERemainder(start.Longitude + (reach * Math.Sin(angle) / Math.Cos(start.Latitude * ToRadians)), 360));
    }

    /// <summary>Cross-track and along-track distance by bearings, as in navigation: another formula than the one under test.</summary>
    static double Reference(ImmutableArray<GeoPoint> line, GeoPoint place)
    {
        var nearest = double.PositiveInfinity;
        for (var i = 0; i + 1 < line.Length; i++)
        {
            var (a, b) = (line[i], line[i + 1]);
            var toPlace = a.DistanceMetresTo(place) / GeoPoint.EarthRadiusMetres;
            var turn = Bearing(a, place) - Bearing(a, b);
            var across = Math.Asin(Math.Sin(toPlace) * Math.Sin(turn));
            var along = Math.Atan2(Math.Sin(toPlace) * Math.Cos(turn), Math.Cos(toPlace)) * GeoPoint.EarthRadiusMetres;
            nearest = Math.Min(nearest, along >= 0 && along <= a.DistanceMetresTo(b)
                ? Math.Abs(across) * GeoPoint.EarthRadiusMetres
                : Math.Min(a.DistanceMetresTo(place), b.DistanceMetresTo(place)));
        }
        return nearest;
    }

    static double Bearing(GeoPoint from, GeoPoint to)
    {
        var east = (to.Longitude - from.Longitude) * ToRadians;
        var (south, north) = (from.Latitude * ToRadians, to.Latitude * ToRadians);
        return Math.Atan2(Math.Sin(east) * Math.Cos(north), (Math.Cos(south) * Math.Sin(north)) - (Math.Sin(south) * Math.Cos(north) * Math.Cos(east)));
    }
}
