using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>What an index asks of a fence's shape: an area on the map of degrees, or a circle in true metres. Immutable.</summary>
sealed class FenceShape
{
    // Boxes and cells are judged with room for rounding: far more than it can be, far less than a fix can tell.
    const double RoomDegrees = 1e-9;
    const double RoomMetres = 1e-3;

    readonly FenceArea? _area;
    readonly GeoPoint _centre;
    readonly double _radiusMetres;

    public FenceShape(Geofence fence)
    {
        if (fence.Area is { } area)
        {
            _area = new FenceArea(area);
            Box = new DegreeBox(_area.MinX, _area.MinY, _area.MaxX, _area.MaxY);
        }
        else
        {
            _centre = fence.Centre;
            _radiusMetres = fence.RadiusMetres;
            Box = BoxOf(_centre, _radiusMetres);
        }
    }

    /// <summary>Null for a circle.</summary>
    public FenceArea? Area => _area;

    /// <summary>Holds the whole shape. A circle across the antimeridian reaches beyond 180 degrees on one side.</summary>
    public DegreeBox Box { get; }

    public bool Holds(GeoPoint place)
        => _area is not null ? _area.Covers(place.Longitude, place.Latitude) : _centre.DistanceMetresTo(place) <= _radiusMetres;

    public bool IsWithin(GeoPoint place, double metres)
        => Holds(place)
            || (_area is not null ? _area.IsBorderWithin(place, metres) : _centre.DistanceMetresTo(place) <= _radiusMetres + metres);

    /// <summary>
    /// Whether a circle surely holds all of a box that lies within its own: on a parallel or a meridian of the box the farthest point from the centre is an end, so the
    /// corners decide.
    /// </summary>
    public bool CircleHolds(in DegreeBox box)
        => HoldsSurely(box.MinX, box.MinY) && HoldsSurely(box.MinX, box.MaxY) && HoldsSurely(box.MaxX, box.MinY) && HoldsSurely(box.MaxX, box.MaxY);

    bool HoldsSurely(double x, double y)
        => GeoPoint.TryCreate(Math.Clamp(y, -90, 90), Math.IEEERemainder(x, 360), out var corner)
            && _centre.DistanceMetresTo(corner) < _radiusMetres - RoomMetres;

    static DegreeBox BoxOf(GeoPoint centre, double radiusMetres)
    {
        const double toRadians = Math.PI / 180;
        var angle = radiusMetres / GeoPoint.EarthRadiusMetres;
        var north = (angle / toRadians) + RoomDegrees;
        var reach = Math.Sin(angle) / Math.Cos(centre.Latitude * toRadians);
        var holdsPole = Math.Abs(centre.Latitude) + north >= 90 || reach >= 1;
        var east = holdsPole ? 180 : (Math.Asin(reach) / toRadians) + RoomDegrees;
        return holdsPole
            ? new DegreeBox(-180, Math.Max(-90, centre.Latitude - north), 180, Math.Min(90, centre.Latitude + north))
            : new DegreeBox(centre.Longitude - east, centre.Latitude - north, centre.Longitude + east, centre.Latitude + north);
    }
}

/// <summary>A box on the map of degrees: x east, y north.</summary>
readonly record struct DegreeBox(double MinX, double MinY, double MaxX, double MaxY)
{
    public double Width => MaxX - MinX;
    public double Height => MaxY - MinY;

    public DegreeBox Including(in DegreeBox other)
        => new(Math.Min(MinX, other.MinX), Math.Min(MinY, other.MinY), Math.Max(MaxX, other.MaxX), Math.Max(MaxY, other.MaxY));

    public DegreeBox Moved(double x) => this with { MinX = MinX + x, MaxX = MaxX + x };

    public bool Meets(in DegreeBox other) => MinX <= other.MaxX && MaxX >= other.MinX && MinY <= other.MaxY && MaxY >= other.MinY;
}
