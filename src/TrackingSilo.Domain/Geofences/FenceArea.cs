using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// One polygon or multipolygon, made ready for many questions. Its edges lie sorted into horizontal slabs, and a point's ray looks at the edges of its slab
/// only. Immutable.
/// <para>
/// The answer is that of NetTopologySuite's <c>Covers</c>: a ray to the east crosses the rings (all of them: in a valid area holes and parts turn the count as they should) an
/// odd number of times, or the point lies on an edge, each decided by the exact sign of a determinant.
/// </para>
/// </summary>
sealed class FenceArea
{
    const int SlabsMax = 4096;

    // Of the area of the triangle that the determinant measures, relative: below it rounding might turn the sign (Shewchuk 1997; NetTopologySuite uses the same).
    const double SafeShare = 1e-15;

    // Positions of all rings one after the other: x, y. Edge i goes from position i to i + 1.
    readonly double[] _positions;
    readonly int[] _slabStarts;
    readonly int[] _slabEdges;
    readonly double _slabsPerDegree;

    public FenceArea(Geometry area)
    {
        var box = area.EnvelopeInternal;
        (MinX, MaxX, MinY, MaxY) = (box.MinX, box.MaxX, box.MinY, box.MaxY);
        _positions = new double[2 * area.NumPoints];
        var edges = CopyRings(area);
        EdgeCount = edges.Length;
        var slabs = Math.Clamp(edges.Length / 2, 1, SlabsMax);
        _slabsPerDegree = MaxY > MinY ? slabs / (MaxY - MinY) : 0;
        _slabStarts = new int[slabs + 1];
        _slabEdges = SortIntoSlabs(edges);
    }

    public double MinX { get; }
    public double MaxX { get; }
    public double MinY { get; }
    public double MaxY { get; }

    public int EdgeCount { get; }

    public bool Covers(double x, double y)
    {
        if (!(x >= MinX && x <= MaxX && y >= MinY && y <= MaxY))
            return false;
        var positions = _positions;
        var inside = false;
        foreach (var edge in EdgesOfSlab(SlabOf(y)))
        {
            var x1 = positions[2 * edge];
            var y1 = positions[(2 * edge) + 1];
            var x2 = positions[(2 * edge) + 2];
            var y2 = positions[(2 * edge) + 3];
            if (x1 < x && x2 < x)
                continue;
            if (y1 > y != y2 > y)
            {
                var side = x1 > x && x2 > x ? (y2 > y1 ? 1 : -1) : SideOf(x1, y1, x2, y2, x, y);
                if (side == 0)
                    return true;
                inside ^= side > 0 == y2 > y1;
            }
            else if ((x == x2 && y == y2) || (y1 == y && y2 == y && x >= Math.Min(x1, x2)))
            {
                return true;
            }
        }
        return inside;
    }

    /// <summary>Whether a place is no farther from the border than so many metres, on a flat map around it: for thresholds, not for membership.</summary>
    public bool IsBorderWithin(GeoPoint place, double metres)
    {
        var plane = new LocalPlane(place);
        var degrees = metres / GeoPoint.MetresPerDegree;
        if (place.Latitude + degrees < MinY || place.Latitude - degrees > MaxY)
            return false;
        var lastSlab = SlabOf(place.Latitude + degrees);
        for (var slab = SlabOf(place.Latitude - degrees); slab <= lastSlab; slab++)
        {
            foreach (var edge in EdgesOfSlab(slab))
            {
                var start = plane.Project(PositionAt(edge));
                var end = plane.Project(PositionAt(edge + 1));
                if (PlanePoint.Between(start, end, PlanePoint.NearestShare(start, end)).Length <= metres)
                    return true;
            }
        }
        return false;
    }

    /// <summary>Edges whose latitudes touch a slab, by number.</summary>
    public ReadOnlySpan<int> EdgesOfSlab(int slab) => _slabEdges.AsSpan(_slabStarts[slab], _slabStarts[slab + 1] - _slabStarts[slab]);

    /// <summary>The slab of a latitude, or the nearest that there is. It never falls where the latitude grows: that is all that exactness asks of it.</summary>
    public int SlabOf(double y) => (int)Math.Clamp((y - MinY) * _slabsPerDegree, 0, _slabStarts.Length - 2);

    /// <summary>Ends of an edge, as x, y, x, y.</summary>
    public ReadOnlySpan<double> Edge(int edge) => _positions.AsSpan(2 * edge, 4);

    GeoPoint PositionAt(int position) => GeoPoint.Create(_positions[(2 * position) + 1], _positions[2 * position]);

    /// <summary>1 where the point is left of the line from (x1, y1) to (x2, y2), −1 right, 0 on it.</summary>
    static int SideOf(double x1, double y1, double x2, double y2, double x, double y)
    {
        var left = (x1 - x) * (y2 - y);
        var right = (y1 - y) * (x2 - x);
        var determinant = left - right;
        return Math.Abs(determinant) > SafeShare * (Math.Abs(left) + Math.Abs(right))
            ? Math.Sign(determinant)
            : CGAlgorithmsDD.OrientationIndex(x1, y1, x2, y2, x, y);
    }

    int[] CopyRings(Geometry area)
    {
        var edges = new int[area.NumPoints];
        var (position, edge) = (0, 0);
        for (var part = 0; part < area.NumGeometries; part++)
        {
            var polygon = (Polygon)area.GetGeometryN(part);
            CopyRing(polygon.ExteriorRing.CoordinateSequence, edges, ref position, ref edge);
            for (var hole = 0; hole < polygon.NumInteriorRings; hole++)
                CopyRing(polygon.GetInteriorRingN(hole).CoordinateSequence, edges, ref position, ref edge);
        }
        return edges[..edge];
    }

    void CopyRing(CoordinateSequence ring, int[] edges, ref int position, ref int edge)
    {
        for (var i = 0; i < ring.Count; i++, position++)
        {
            _positions[2 * position] = ring.GetX(i);
            _positions[(2 * position) + 1] = ring.GetY(i);
            if (i < ring.Count - 1)
                edges[edge++] = position;
        }
    }

    int[] SortIntoSlabs(int[] edges)
    {
        foreach (var edge in edges)
        {
            for (var slab = FirstSlab(edge); slab <= LastSlab(edge); slab++)
                _slabStarts[slab + 1]++;
        }
        for (var slab = 1; slab < _slabStarts.Length; slab++)
            _slabStarts[slab] += _slabStarts[slab - 1];
        var sorted = new int[_slabStarts[^1]];
        var next = _slabStarts[..^1];
        foreach (var edge in edges)
        {
            for (var slab = FirstSlab(edge); slab <= LastSlab(edge); slab++)
                sorted[next[slab]++] = edge;
        }
        return sorted;
    }

    int FirstSlab(int edge) => SlabOf(Math.Min(_positions[(2 * edge) + 1], _positions[(2 * edge) + 3]));

    int LastSlab(int edge) => SlabOf(Math.Max(_positions[(2 * edge) + 1], _positions[(2 * edge) + 3]));
}
