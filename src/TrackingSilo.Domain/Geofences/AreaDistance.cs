using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>How far a place is from an area's border, on a flat map around the place: for thresholds, not for membership.</summary>
static class AreaDistance
{
    public static double Metres(Geometry area, GeoPoint place)
    {
        var plane = new LocalPlane(place);
        var nearest = double.PositiveInfinity;
        for (var i = 0; i < area.NumGeometries; i++)
        {
            var polygon = (Polygon)area.GetGeometryN(i);
            nearest = Math.Min(nearest, ToRing(polygon.ExteriorRing.CoordinateSequence, plane));
            for (var hole = 0; hole < polygon.NumInteriorRings; hole++)
                nearest = Math.Min(nearest, ToRing(polygon.GetInteriorRingN(hole).CoordinateSequence, plane));
        }
        return nearest;
    }

    static double ToRing(CoordinateSequence ring, in LocalPlane plane)
    {
        var nearest = double.PositiveInfinity;
        var start = At(ring, 0, plane);
        for (var i = 1; i < ring.Count; i++)
        {
            var end = At(ring, i, plane);
            nearest = Math.Min(nearest, PlanePoint.Between(start, end, PlanePoint.NearestShare(start, end)).Length);
            start = end;
        }
        return nearest;
    }

    static PlanePoint At(CoordinateSequence ring, int i, in LocalPlane plane) => plane.Project(GeoPoint.Create(ring.GetY(i), ring.GetX(i)));
}
