using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>What an index asks of a fence's shape: an area on the map of degrees, or a circle or corridor in true metres. Immutable.</summary>
sealed class FenceShape
{
    // Boxes and cells are judged with room for rounding: far more than it can be, far less than a fix can tell.
    const double RoomDegrees = 1e-9;
    const double RoomMetres = 1e-3;

    readonly GeoPoint _centre;
    readonly double _radiusMetres;

    /// <param name="fence">The fence.</param>
    /// <param name="positions">Where an area's positions go.</param>
    /// <param name="firstPosition">The first that is free.</param>
    public FenceShape(Geofence fence, double[] positions, ref int firstPosition)
    {
        if (fence.Area is { } area)
        {
            Area = new FenceArea(area, positions, firstPosition);
            firstPosition += area.NumPoints;
            Box = Area.Box;
        }
        else if (fence.Line is [_, ..] line)
        {
            Corridor = new FenceCorridor(line, fence.WidthMetres);
            Box = Corridor.BoxOf(0);
            for (var segment = 1; segment < Corridor.SegmentCount; segment++)
                Box = Box.Including(Corridor.BoxOf(segment));
        }
        else
        {
            _centre = fence.Centre;
            _radiusMetres = fence.RadiusMetres;
            Box = BoxOf(_centre, _radiusMetres);
        }
    }

    /// <summary>Null for a circle or corridor.</summary>
    public FenceArea? Area { get; }

    /// <summary>Null for an area or circle.</summary>
    public FenceCorridor? Corridor { get; }

    /// <summary>Holds the whole shape. A circle or corridor across the antimeridian reaches beyond 180 degrees on one side.</summary>
    public DegreeBox Box { get; }

    public bool Holds(GeoPoint place)
        => Area?.Covers(place.Longitude, place.Latitude) ?? Corridor?.Holds(place) ?? _centre.DistanceMetresTo(place) <= _radiusMetres;

    /// <summary>
    /// Metres between a place and the border, less than 0 within, no more than <paramref name="max"/> either way; for areas on a flat map around the place. For thresholds, not for membership.
    /// </summary>
    public double MetresBeyond(GeoPoint place, double max)
    {
        if (Area is null)
            return Math.Clamp(Corridor?.MetresBeyond(place) ?? _centre.DistanceMetresTo(place) - _radiusMetres, -max, max);
        var metres = Area.MetresToBorder(place, max);
        return Holds(place) ? -metres : metres;
    }

    /// <summary>The share of a straight way of some kilometres at which it first meets the shape from outside; not a number: it does not. On a flat map.</summary>
    public double FirstCrossing(GeoPoint from, GeoPoint to)
    {
        if (Area is not null)
            return Area.FirstCrossing(from.Longitude, from.Latitude, to.Longitude, to.Latitude);
        // Circles and corridors are few, and a way through one is longer than a fiftieth of the way that was seen.
        const int Steps = 50;
        for (var step = 1; step < Steps; step++)
        {
            var share = step / (double)Steps;
            if (Holds(GeoPoint.Create(from.Latitude + (share * (to.Latitude - from.Latitude)), from.Longitude + (share * (to.Longitude - from.Longitude)))))
                return share;
        }
        return double.NaN;
    }

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

    public DegreeBox Wider(double x, double y) => new(MinX - x, MinY - y, MaxX + x, MaxY + y);

    public bool Meets(in DegreeBox other) => MinX <= other.MaxX && MaxX >= other.MinX && MinY <= other.MaxY && MaxY >= other.MinY;
}
