using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>What a ray from a point to the east does at an edge.</summary>
enum Crossing : byte
{
    No,
    Yes,

    /// <summary>The point lies on the edge.</summary>
    On,
}

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

    // Positions of all areas one ring after the other: x, y. Edge i goes from position i to i + 1.
    readonly double[] _positions;
    readonly int[] _edges;
    readonly int[] _slabStarts;
    readonly int[] _slabEdges;
    readonly double _slabsPerDegree;

    /// <param name="area">The polygon or multipolygon.</param>
    /// <param name="positions">Where its positions go: two numbers each.</param>
    /// <param name="firstPosition">The first of <c>area.NumPoints</c> positions that are free.</param>
    public FenceArea(Geometry area, double[] positions, int firstPosition)
    {
        var box = area.EnvelopeInternal;
        (MinX, MaxX, MinY, MaxY) = (box.MinX, box.MaxX, box.MinY, box.MaxY);
        _positions = positions;
        _edges = CopyRings(area, firstPosition);
        var slabs = Math.Clamp(_edges.Length / 2, 1, SlabsMax);
        _slabsPerDegree = MaxY > MinY ? slabs / (MaxY - MinY) : 0;
        _slabStarts = new int[slabs + 1];
        _slabEdges = SortIntoSlabs();
    }

    public double MinX { get; }
    public double MaxX { get; }
    public double MinY { get; }
    public double MaxY { get; }

    public DegreeBox Box => new(MinX, MinY, MaxX, MaxY);

    /// <summary>All edges, by number.</summary>
    public ReadOnlySpan<int> Edges => _edges;

    public bool Covers(double x, double y)
    {
        if (!(x >= MinX && x <= MaxX && y >= MinY && y <= MaxY))
            return false;
        var inside = false;
        foreach (var edge in EdgesOfSlab(SlabOf(y)))
        {
            var ends = Edge(edge);
            if (ends[0] < x && ends[2] < x)
                continue;
            var crossing = Cross(ends[0], ends[1], ends[2], ends[3], x, y);
            if (crossing == Crossing.On)
                return true;
            inside ^= crossing == Crossing.Yes;
        }
        return inside;
    }

    /// <summary>What the ray from (x, y) to the east does at an edge that does not lie wholly to the west.</summary>
    public static Crossing Cross(double x1, double y1, double x2, double y2, double x, double y)
    {
        if (y1 > y != y2 > y)
        {
            if (x1 > x && x2 > x)
                return Crossing.Yes;
            var side = SideOf(x1, y1, x2, y2, x, y);
            return side == 0 ? Crossing.On : side > 0 == y2 > y1 ? Crossing.Yes : Crossing.No;
        }
        // An edge along the ray reaches from the point to the east, or from the west beyond it.
        return (x == x2 && y == y2) || (x == x1 && y == y1) || (y1 == y && y2 == y && x >= Math.Min(x1, x2)) ? Crossing.On : Crossing.No;
    }

    /// <summary>Metres from a place to the nearest edge, on a flat map around it, where that is no more than <paramref name="max"/>; else <paramref name="max"/>. For thresholds, not for membership.</summary>
    public double MetresToBorder(GeoPoint place, double max)
    {
        var plane = new LocalPlane(place);
        var degrees = max / GeoPoint.MetresPerDegree;
        if (place.Latitude + degrees < MinY || place.Latitude - degrees > MaxY)
            return max;
        var lastSlab = SlabOf(place.Latitude + degrees);
        var nearest = max;
        for (var slab = SlabOf(place.Latitude - degrees); slab <= lastSlab; slab++)
        {
            foreach (var edge in EdgesOfSlab(slab))
            {
                var ends = Edge(edge);
                var start = plane.Project(GeoPoint.Create(ends[1], ends[0]));
                var end = plane.Project(GeoPoint.Create(ends[3], ends[2]));
                nearest = Math.Min(nearest, PlanePoint.Between(start, end, PlanePoint.NearestShare(start, end)).Length);
            }
        }
        return nearest;
    }

    /// <summary>The share of the straight way from one point to another at which it first meets the border; not a number: it does not. Rounded.</summary>
    public double FirstCrossing(double fromX, double fromY, double toX, double toY)
    {
        var first = double.NaN;
        if (Math.Max(fromY, toY) < MinY || Math.Min(fromY, toY) > MaxY)
            return first;
        var (wayX, wayY) = (toX - fromX, toY - fromY);
        var lastSlab = SlabOf(Math.Max(fromY, toY));
        for (var slab = SlabOf(Math.Min(fromY, toY)); slab <= lastSlab; slab++)
        {
            foreach (var edge in EdgesOfSlab(slab))
            {
                var ends = Edge(edge);
                var (x, y, edgeX, edgeY) = (ends[0] - fromX, ends[1] - fromY, ends[2] - ends[0], ends[3] - ends[1]);
                var across = (wayX * edgeY) - (wayY * edgeX);
                var share = ((x * edgeY) - (y * edgeX)) / across;
                var along = ((x * wayY) - (y * wayX)) / across;
                if (share is >= 0 and <= 1 && along is >= 0 and <= 1 && !(first <= share))
                    first = share;
            }
        }
        return first;
    }

    /// <summary>Ends of an edge, as x, y, x, y.</summary>
    public ReadOnlySpan<double> Edge(int edge) => _positions.AsSpan(2 * edge, 4);

    /// <summary>Edges whose latitudes touch a slab, by number.</summary>
    ReadOnlySpan<int> EdgesOfSlab(int slab) => _slabEdges.AsSpan(_slabStarts[slab], _slabStarts[slab + 1] - _slabStarts[slab]);

    // The slab of a latitude, or the nearest that there is. It never falls where the latitude grows: that is all that exactness asks of it.
    int SlabOf(double y) => (int)Math.Clamp((y - MinY) * _slabsPerDegree, 0, _slabStarts.Length - 2);

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

    int[] CopyRings(Geometry area, int position)
    {
        var edges = new int[area.NumPoints];
        var edge = 0;
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

    int[] SortIntoSlabs()
    {
        foreach (var edge in _edges)
        {
            for (var slab = FirstSlab(edge); slab <= LastSlab(edge); slab++)
                _slabStarts[slab + 1]++;
        }
        for (var slab = 1; slab < _slabStarts.Length; slab++)
            _slabStarts[slab] += _slabStarts[slab - 1];
        var sorted = new int[_slabStarts[^1]];
        var next = _slabStarts[..^1];
        foreach (var edge in _edges)
        {
            for (var slab = FirstSlab(edge); slab <= LastSlab(edge); slab++)
                sorted[next[slab]++] = edge;
        }
        return sorted;
    }

    int FirstSlab(int edge) => SlabOf(Math.Min(_positions[(2 * edge) + 1], _positions[(2 * edge) + 3]));

    int LastSlab(int edge) => SlabOf(Math.Max(_positions[(2 * edge) + 1], _positions[(2 * edge) + 3]));
}
