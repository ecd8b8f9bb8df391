using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>What a travel time was learned for. A coarser key has <see cref="NoCell"/> or <see cref="AnyHour"/>; carrier −1 is all carriers.</summary>
readonly record struct SpeedKey(short Carrier, int Cell, byte HourOfWeek)
{
    public const int NoCell = -1;
    public const byte AnyHour = byte.MaxValue;

    // About a kilometre: 1/100 degree north; east the same number of degrees, narrower towards the poles.
    const int CellsPerDegree = 100;

    public static readonly SpeedKey Everything = new(-1, NoCell, AnyHour);

    public static SpeedKey OfCarrier(short carrier) => new(carrier, NoCell, AnyHour);

    public static int CellOf(GeoPoint place)
        => ((int)((place.Latitude + 90) * CellsPerDegree) * 360 * CellsPerDegree) + (int)((place.Longitude + 180) * CellsPerDegree);

    /// <summary>0 to 167, from Sunday midnight UTC: a cell's own time zone is a constant that the cell learns with it.</summary>
    public static byte HourOf(DateTimeOffset at) => (byte)(((int)at.UtcDateTime.DayOfWeek * 24) + at.UtcDateTime.Hour);
}

/// <summary>Seconds taken for metres covered, both summed with slow forgetting.</summary>
readonly record struct SpeedSum(float Seconds, float Metres)
{
    // Beyond so many metres the old fade: about 400 legs.
    const float MemoryMetres = 200_000;

    public SpeedSum Add(double seconds, double metres)
    {
        var kept = Math.Min(1, MemoryMetres / (Metres + metres));
        return new SpeedSum((float)((Seconds + seconds) * kept), (float)((Metres + metres) * kept));
    }

    /// <summary>
    /// Seconds a metre, by credibility (Bühlmann and Straub 1970): what was seen here weighs by its metres, what is known about the coarser level by
    /// <paramref name="priorMetres"/>.
    /// </summary>
    public double Credible(double coarser, double priorMetres) => (Seconds + (coarser * priorMetres)) / (Metres + priorMetres);
}
