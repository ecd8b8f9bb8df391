using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;

namespace TrackingSilo.Domain.Tests.Geofences;

/// <summary>Areas and points to try an index with, from a seed.</summary>
static class RandomAreas
{
    static readonly GeometryFactory Factory = new();

    /// <summary>A star-like polygon, often with a hole, sometimes with a second part, on a grid so coarse that corners and edges of different areas meet.</summary>
    public static Geometry Next(Random random, double west, double south, double size, int corners)
    {
        while (true)
        {
            var x = west + (random.NextDouble() * size);
            var y = south + (random.NextDouble() * size);
            var radius = size * (0.02 + (random.NextDouble() * 0.15));
            var shell = Star(random, x, y, radius, corners);
            LinearRing[] holes = random.Next(3) > 0 ? [Star(random, x, y, radius * 0.3, Math.Max(4, corners / 2))] : [];
            Geometry area = Factory.CreatePolygon(shell, holes);
            if (random.Next(4) == 0)
                area = Factory.CreateMultiPolygon([(Polygon)area, Factory.CreatePolygon(Star(random, x + (radius * 2.5), y, radius, corners))]);
            if (new IsValidOp(area).IsValid)
                return area;
        }
    }

    /// <summary>Points anywhere in the box, and points on and beside the corners and edges of the areas.</summary>
    public static Coordinate Point(Random random, IReadOnlyList<Geometry> areas, double west, double south, double size)
    {
        if (random.Next(2) == 0)
            return new Coordinate(west - (size * 0.1) + (random.NextDouble() * size * 1.2), south - (size * 0.1) + (random.NextDouble() * size * 1.2));
        var corners = areas[random.Next(areas.Count)].Coordinates;
        var i = random.Next(corners.Length - 1);
        var share = random.Next(3) switch { 0 => 0, 1 => 0.5, _ => random.NextDouble() };
        var off = random.Next(3) switch { 0 => 0, 1 => 1e-9, _ => 1e-12 };
        return new Coordinate(
            corners[i].X + ((corners[i + 1].X - corners[i].X) * share) + (off * ((random.NextDouble() * 2) - 1)),
            corners[i].Y + ((corners[i + 1].Y - corners[i].Y) * share) + (off * ((random.NextDouble() * 2) - 1)));
    }

    static LinearRing Star(Random random, double x, double y, double radius, int corners)
    {
        var grid = radius / 64;
        var ring = new Coordinate[corners + 1];
        for (var i = 0; i < corners; i++)
        {
            var angle = 2 * Math.PI * i / corners;
            var reach = radius * (0.4 + (random.NextDouble() * 0.6));
            ring[i] = new Coordinate(
                Math.Round((x + (Math.Cos(angle) * reach)) / grid) * grid, Math.Round((y + (Math.Sin(angle) * reach)) / grid) * grid);
        }
        ring[corners] = ring[0].Copy();
        return Factory.CreateLinearRing(ring);
    }
}
