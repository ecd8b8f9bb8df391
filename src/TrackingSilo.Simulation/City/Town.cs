using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Simulation;

/// <summary>A spot in metres on a town's own grid.</summary>
readonly record struct Spot(double Along, double Across);

/// <summary>
/// A town whose streets are a square grid, turned against north and laid over a real place (Mannheim, whose centre is built that way). A plane is exact enough for
/// a few kilometres: the error stays below a GPS fix's.
/// </summary>
sealed class Town
{
    /// <summary>Metres between two streets.</summary>
    public const double Block = 100;

    public const string Name = "Mannheim";
    public const string Country = "DE";
    public const string TimeZoneName = "Europe/Berlin";

    const double CentreLatitude = 49.4875;
    const double CentreLongitude = 8.4660;

    static readonly (double Sin, double Cos) s_turn = Math.SinCos(36 * Math.PI / 180);
    static readonly double s_metresPerDegreeOfLongitude = GeoPoint.MetresPerDegree * Math.Cos(CentreLatitude * Math.PI / 180);

    public static readonly TimeZoneInfo TimeZone = TimeZoneInfo.FindSystemTimeZoneById(TimeZoneName);

    public static GeoPoint Place(Spot spot)
    {
        var east = (spot.Along * s_turn.Cos) - (spot.Across * s_turn.Sin);
        var north = (spot.Along * s_turn.Sin) + (spot.Across * s_turn.Cos);
        // Seven decimals are a centimetre, and what devices send.
        return GeoPoint.Create(
            Math.Round(CentreLatitude + (north / GeoPoint.MetresPerDegree), 7),
            Math.Round(CentreLongitude + (east / s_metresPerDegreeOfLongitude), 7));
    }

    /// <summary>Degrees clockwise from north in which one drives from one spot to another.</summary>
    public static double HeadingDegrees(Spot from, Spot to)
    {
        var along = to.Along - from.Along;
        var across = to.Across - from.Across;
        var east = (along * s_turn.Cos) - (across * s_turn.Sin);
        var north = (along * s_turn.Sin) + (across * s_turn.Cos);
        return (Math.Atan2(east, north) * 180 / Math.PI + 360) % 360;
    }

    /// <summary>
    /// The way from one address to another, corners included: along the first one's street to a cross street, up that, and along the second one's street.
    /// Addresses lie on the streets that run along.
    /// </summary>
    public static List<Spot> Way(Spot from, Spot to)
    {
        List<Spot> way = [from];
        if (from.Across != to.Across)
        {
            var crossStreet = Math.Round(to.Along / Block) * Block;
            way.Add(new Spot(crossStreet, from.Across));
            way.Add(new Spot(crossStreet, to.Across));
        }
        way.Add(to);
        return way;
    }

    /// <summary>Local wall-clock time of a day, as an instant with the town's offset.</summary>
    public static DateTimeOffset LocalTime(DateOnly day, double hours)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddHours(hours);
        return new DateTimeOffset(local, TimeZone.GetUtcOffset(local));
    }
}
