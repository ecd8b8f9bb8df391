using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// Where a vehicle is, as far as somebody may know who still waits for some stops: the middle of its cell in a grid that is fixed for one shipment, and another for each. However long one looks, and
/// however often, it never says more than the cell; a circle around the true place, drawn anew each time, would give the place away by its mean.
/// </summary>
static class CoarseGrid
{
    const double CellMetres = 400;
    const double MetresPerDegree = 111_320;

    /// <summary>Within this of what is shown the vehicle is: half of a cell's diagonal.</summary>
    public const int RadiusMetres = 285;

    public static GeoPoint MiddleOf(ShipmentId shipment, GeoPoint place)
    {
        var seed = Hash(shipment.Value);
        var latitude = Middle(place.Latitude, CellMetres / MetresPerDegree, (seed & 0xFFFF) / 65_536.0, 90);
        // By the row's latitude, not by the vehicle's: else the cells of one row would differ.
        var longitude = Middle(place.Longitude, CellMetres / (MetresPerDegree * Math.Max(0.01, Math.Cos(latitude * Math.PI / 180))), (seed >> 16) / 65_536.0, 180);
        return GeoPoint.Create(latitude, longitude);
    }

    static double Middle(double degrees, double step, double shift, double limit)
        => Math.Round(Math.Clamp((Math.Floor((degrees / step) - shift) + shift + 0.5) * step, -limit, limit), 5);

    // FNV-1a: the same in every process, and after every start.
    static uint Hash(string text)
    {
        var hash = 2_166_136_261u;
        foreach (var character in text)
            hash = (hash ^ character) * 16_777_619u;
        return hash;
    }
}
