using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// What lies within half a width of a line whose segments are arcs of great circles, on the sphere of <see cref="GeoPoint.EarthRadiusMetres"/>. The distance to an arc is that to its
/// great circle where the nearest point of it lies on the arc, else that to the nearer end (Veness, "cross-track distance", in vectors). Immutable.
/// </summary>
sealed class FenceCorridor
{
    // Boxes are drawn with room for rounding: far more than it can be, far less than a fix can tell.
    const double RoomDegrees = 1e-9;
    const double ToRadians = Math.PI / 180;

    readonly GeoPoint[] _line;
    readonly UnitVector[] _ends;
    readonly UnitVector[] _normals;
    readonly double _halfMetres;

    public FenceCorridor(IReadOnlyList<GeoPoint> line, double widthMetres)
    {
        _line = [.. line];
        _ends = Array.ConvertAll(_line, UnitVector.Of);
        _normals = new UnitVector[_line.Length - 1];
        for (var i = 0; i < _normals.Length; i++)
            _normals[i] = UnitVector.Cross(_ends[i], _ends[i + 1]).Normalised();
        _halfMetres = widthMetres / 2;
    }

    public int SegmentCount => _normals.Length;

    public bool Holds(GeoPoint place) => MetresTo(place) <= _halfMetres;

    /// <summary>Whether one of these segments is near enough.</summary>
    public bool Holds(ReadOnlySpan<int> segments, GeoPoint place)
    {
        var vector = UnitVector.Of(place);
        foreach (var segment in segments)
        {
            if (MetresTo(segment, place, vector) <= _halfMetres)
                return true;
        }
        return false;
    }

    /// <summary>Metres beyond the corridor's border; less than 0 within.</summary>
    public double MetresBeyond(GeoPoint place) => MetresTo(place) - _halfMetres;

    /// <summary>Holds all that is within half a width of a segment; across the antimeridian it reaches beyond 180 degrees on one side.</summary>
    public DegreeBox BoxOf(int segment)
    {
        var (a, b) = (_line[segment], _line[segment + 1]);
        var (south, north) = (Math.Min(a.Latitude, b.Latitude), Math.Max(a.Latitude, b.Latitude));
        var normal = _normals[segment];
        // The arc's highest place, if it has one between its ends, lies where its great circle is farthest from the equator.
        var top = new UnitVector(-normal.X * normal.Z, -normal.Y * normal.Z, 1 - (normal.Z * normal.Z));
        if (top.Dot(top) > 0 && IsBeside(segment, top.Normalised()))
            north = Math.Asin(Math.Min(1, top.Normalised().Z)) / ToRadians;
        var bottom = new UnitVector(-top.X, -top.Y, -top.Z);
        if (top.Dot(top) > 0 && IsBeside(segment, bottom.Normalised()))
            south = Math.Asin(Math.Max(-1, bottom.Normalised().Z)) / ToRadians;

        var angle = _halfMetres / GeoPoint.EarthRadiusMetres;
        var poleward = Math.Max(Math.Abs(south), Math.Abs(north)) * ToRadians;
        var reach = Math.Sin(angle) / Math.Cos(poleward);
        var (room, roomEast) = ((angle / ToRadians) + RoomDegrees, reach < 1 ? (Math.Asin(reach) / ToRadians) + RoomDegrees : 180);
        var west = a.Longitude;
        var east = a.Longitude + Math.IEEERemainder(b.Longitude - a.Longitude, 360);
        return new DegreeBox(Math.Min(west, east) - roomEast, south - room, Math.Max(west, east) + roomEast, north + room);
    }

    /// <summary>Whether a box may hold a place that is near enough to a segment: the box lies within half its diagonal of its middle.</summary>
    public bool MayTouch(int segment, in DegreeBox box)
    {
        if (!GeoPoint.TryCreate(Math.Clamp(box.MinY + (box.Height / 2), -90, 90), Math.IEEERemainder(box.MinX + (box.Width / 2), 360), out var middle))
            return true;
        var halfDiagonal = (box.Width + box.Height) / 2 * GeoPoint.MetresPerDegree;
        return MetresTo(segment, middle, UnitVector.Of(middle)) <= _halfMetres + halfDiagonal;
    }

    double MetresTo(GeoPoint place)
    {
        var vector = UnitVector.Of(place);
        var nearest = double.PositiveInfinity;
        for (var segment = 0; segment < _normals.Length; segment++)
            nearest = Math.Min(nearest, MetresTo(segment, place, vector));
        return nearest;
    }

    double MetresTo(int segment, GeoPoint place, in UnitVector vector)
        => IsBeside(segment, vector)
            ? GeoPoint.EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Abs(_normals[segment].Dot(vector))))
            : Math.Min(place.DistanceMetresTo(_line[segment]), place.DistanceMetresTo(_line[segment + 1]));

    // Beside the arc, not before its start or behind its end.
    bool IsBeside(int segment, in UnitVector vector)
    {
        var normal = _normals[segment];
        return UnitVector.Cross(normal, _ends[segment]).Dot(vector) >= 0 && UnitVector.Cross(_ends[segment + 1], normal).Dot(vector) >= 0;
    }

    readonly record struct UnitVector(double X, double Y, double Z)
    {
        public static UnitVector Of(GeoPoint place)
        {
            var (sinLatitude, cosLatitude) = Math.SinCos(place.Latitude * ToRadians);
            var (sinLongitude, cosLongitude) = Math.SinCos(place.Longitude * ToRadians);
            return new UnitVector(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude);
        }

        public double Dot(in UnitVector other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);

        public UnitVector Normalised()
        {
            var length = Math.Sqrt(Dot(this));
            return new UnitVector(X / length, Y / length, Z / length);
        }

        public static UnitVector Cross(in UnitVector a, in UnitVector b)
            => new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));
    }
}
