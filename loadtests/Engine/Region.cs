using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.LoadTests.Engine;

/// <summary>A square of 50 by 50 km with 10,000 fences, each a polygon of twelve corners on a fifth of its own hundredth by hundredth, and tours through it.</summary>
sealed class Region(int seed)
{
    public const int Stops = 120;
    public const int FencesASide = 100;
    const double South = 52;
    const double West = 13;
    const double Metres = 50_000;
    const int Corners = 12;
    const double FencedShare = 0.2;

    static readonly double s_north = Metres / GeoPoint.MetresPerDegree;
    static readonly double s_east = Metres / (GeoPoint.MetresPerDegree * Math.Cos((South + 0.2) * Math.PI / 180));
    readonly Random _random = new(seed);

    public static GeofenceIndex Fences()
    {
        var fences = new List<Geofence>(FencesASide * FencesASide);
        // The area of a regular polygon of n corners and radius r is n r² sin(2π/n) / 2.
        var radius = Math.Sqrt(2 * FencedShare / (Corners * Math.Sin(2 * Math.PI / Corners)));
        for (var i = 0; i < FencesASide * FencesASide; i++)
        {
            var ring = new Coordinate[Corners + 1];
            for (var corner = 0; corner <= Corners; corner++)
            {
                var angle = 2 * Math.PI * (corner % Corners) / Corners;
                ring[corner] = new Coordinate(
                    West + (s_east * ((i % FencesASide) + 0.5 + (radius * Math.Cos(angle))) / FencesASide),
                    South + (s_north * ((i / FencesASide) + 0.5 + (radius * Math.Sin(angle))) / FencesASide));
            }
            fences.Add(Geofence.FromArea($"fence-{i}", $"Fence {i}", GeofenceKind.District, new Polygon(new LinearRing(ring))));
        }
        return GeofenceIndex.Build(fences);
    }

    /// <summary>Stops 200 to 400 m from each other, in no direction.</summary>
    public GeoPoint[] Tour()
    {
        var tour = new GeoPoint[Stops];
        var (north, east) = (_random.NextDouble() * Metres, _random.NextDouble() * Metres);
        for (var i = 0; i < Stops; i++)
        {
            tour[i] = GeoPoint.Create(South + (s_north * north / Metres), West + (s_east * east / Metres));
            var angle = _random.NextDouble() * 2 * Math.PI;
            var metres = 200 + (200 * _random.NextDouble());
            north = Bounced(north + (metres * Math.Cos(angle)));
            east = Bounced(east + (metres * Math.Sin(angle)));
        }
        return tour;
    }

    static double Bounced(double metres) => metres < 0 ? -metres : metres > Metres ? (2 * Metres) - metres : metres;
}
