using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>What a travel time was learned for. A coarser key has <see cref="NoPlace"/> or <see cref="AnyHour"/>; carrier −1 is all carriers.</summary>
/// <param name="Place">A cell, or a leg: from one place to another. Places of legs have a bit that cells never reach.</param>
readonly record struct SpeedKey(short Carrier, long Place, byte HourOfWeek)
{
    public const long NoPlace = -1;
    public const byte AnyHour = byte.MaxValue;

    const long LegBit = 1L << 62;

    // About a kilometre: 1/100 degree north; east the same number of degrees, narrower towards the poles.
    const int CellsPerDegree = 100;

    // About ten metres: a stop's place is written alike each time, give or take a geocoder's rounding.
    const int DoorsPerDegree = 10_000;

    public static readonly SpeedKey Everything = new(-1, NoPlace, AnyHour);

    public static SpeedKey OfCarrier(short carrier) => new(carrier, NoPlace, AnyHour);

    public static SpeedKey OfLeg(short carrier, GeoPoint from, GeoPoint to)
        => new(carrier, LegBit | (long)((Mixed(Grid(from, DoorsPerDegree)) + (Mixed(Grid(to, DoorsPerDegree)) * 3)) >> 2), AnyHour);

    public bool IsLeg => Place >= LegBit;

    public static long CellOf(GeoPoint place) => (long)Grid(place, CellsPerDegree);

    /// <summary>0 to 167, from Sunday midnight UTC: a cell's own time zone is a constant that the cell learns with it.</summary>
    public static byte HourOf(DateTimeOffset at) => (byte)(((int)at.UtcDateTime.DayOfWeek * 24) + at.UtcDateTime.Hour);

    static ulong Grid(GeoPoint place, int perDegree)
        => ((ulong)((place.Latitude + 90) * perDegree) * 360 * (ulong)perDegree) + (ulong)((place.Longitude + 180) * perDegree);

    // Finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

/// <summary>Seconds taken for metres covered, both summed with slow forgetting.</summary>
readonly record struct SpeedSum(float Seconds, float Metres)
{
    /// <summary>The sums after one more leg, of which beyond <paramref name="memoryMetres"/> the old fades.</summary>
    public SpeedSum Add(double seconds, double metres, double memoryMetres)
    {
        var kept = Math.Min(1, memoryMetres / (Metres + metres));
        return new SpeedSum((float)((Seconds + seconds) * kept), (float)((Metres + metres) * kept));
    }

    /// <summary>
    /// Seconds a metre, by credibility (Bühlmann and Straub 1970): what was seen here weighs by its metres, what is known about the coarser level by
    /// <paramref name="priorMetres"/>.
    /// </summary>
    public double Credible(double coarser, double priorMetres) => (Seconds + (coarser * priorMetres)) / (Metres + priorMetres);
}
