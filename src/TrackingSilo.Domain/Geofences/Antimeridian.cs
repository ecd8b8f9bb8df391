using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Valid;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Areas across 180° east: first made whole on a map that goes on, then cut at the antimeridian, as RFC 7946 §3.1.9 asks of GeoJSON.</summary>
static class Antimeridian
{
    const double FullCircle = 360;

    /// <summary>
    /// Moves positions by whole circles so that no edge is longer than 180°, and a hole into the range of its shell. False for a ring that does not close then: it
    /// goes around the Earth, and holds a pole.
    /// </summary>
    public static bool TryUnwrap(Coordinate[] ring, Envelope? shell)
    {
        var offset = 0.0;
        for (var i = 1; i < ring.Length; i++)
        {
            var step = ring[i].X + offset - ring[i - 1].X;
            offset -= Math.Abs(step) > FullCircle / 2 ? Math.Round(step / FullCircle) * FullCircle : 0;
            ring[i].X += offset;
        }
        if (offset != 0)
            return false;
        var west = ring.Min(c => c.X);
        var east = ring.Max(c => c.X);
        var shift = shell is null
            ? -Math.Round((west + east) / 2 / FullCircle) * FullCircle
            : Math.Round(((shell.MinX + shell.MaxX) - (west + east)) / 2 / FullCircle) * FullCircle;
        if (shift != 0)
        {
            foreach (var position in ring)
                position.X += shift;
        }
        return true;
    }

    /// <summary>Cuts an area at ±180° where it goes beyond, and brings the parts into −180 to 180; says why it cannot.</summary>
    public static string? SplitError(Geometry area, out Geometry split)
    {
        split = area;
        var envelope = area.EnvelopeInternal;
        if (envelope.MinX >= -180 && envelope.MaxX <= 180)
            return null;
        if (envelope.Width >= FullCircle)
            return "is wider than the Earth.";
        try
        {
            Polygon[] parts = [.. PartIn(area, -1), .. PartIn(area, 0), .. PartIn(area, 1)];
            split = parts.Length == 1 ? parts[0] : area.Factory.CreateMultiPolygon(parts);
            return parts.Length > 0 && new IsValidOp(split).IsValid ? null : "cannot be cut at the antimeridian.";
        }
        catch (TopologyException e)
        {
            return $"cannot be cut at the antimeridian: {e.Message}";
        }
    }

    /// <summary>What of an area lies so many circles east of −180 to 180, brought into that range.</summary>
    static IEnumerable<Polygon> PartIn(Geometry area, int circle)
    {
        var world = new Envelope(-180 + (circle * FullCircle), 180 + (circle * FullCircle), -90, 90);
        var part = OverlayNGRobust.Overlay(area, area.Factory.ToGeometry(world), SpatialFunction.Intersection);
        for (var i = 0; i < part.NumGeometries; i++)
        {
            // Where the area only touches the antimeridian the cut leaves lines or points.
            if (part.GetGeometryN(i) is not Polygon { IsEmpty: false } polygon)
                continue;
            // A cut may share its positions with what it was cut from.
            var moved = (Polygon)polygon.Copy();
            moved.Apply(new ShiftFilter(-circle * FullCircle));
            yield return moved;
        }
    }

    sealed class ShiftFilter(double degrees) : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int i)
            => sequence.SetOrdinate(i, Ordinate.X, Math.Clamp(sequence.GetX(i) + degrees, -180, 180));
    }
}
