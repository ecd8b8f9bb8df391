using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>The resolution at which fixes are kept, and their packed form on it.</summary>
static class FixGrid
{
    const double PerDegree = 1e7;
    const double DegreesPerUnit = 1e-7;
    const double PerMetre = 10;
    const double PerMetreASecond = 100;
    const double PerDegreeOfHeading = 10;

    /// <summary>The fix on the grid. What cannot be (a negative accuracy, a heading of 400 degrees) becomes unknown.</summary>
    public static Fix Snap(in Fix fix) => new()
    {
        Place = GeoPoint.Create(Math.Round(fix.Place.Latitude * PerDegree) * DegreesPerUnit, Math.Round(fix.Place.Longitude * PerDegree) * DegreesPerUnit),
        At = new DateTimeOffset(fix.At.UtcTicks - (fix.At.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero),
        AccuracyMetres = Snap(fix.AccuracyMetres, PerMetre, float.PositiveInfinity),
        SpeedMetresPerSecond = Snap(fix.SpeedMetresPerSecond, PerMetreASecond, float.PositiveInfinity),
        HeadingDegrees = Snap(fix.HeadingDegrees, PerDegreeOfHeading, 360),
        Sequence = Math.Max(-1, fix.Sequence),
    };

    public static long Milliseconds(in Fix fix) => fix.At.ToUnixTimeMilliseconds();

    public static int Compare(in Fix left, in Fix right)
    {
        var byTime = left.At.UtcTicks.CompareTo(right.At.UtcTicks);
        if (byTime != 0)
            return byTime;
        var bySequence = left.Sequence.CompareTo(right.Sequence);
        if (bySequence != 0)
            return bySequence;
        var byLatitude = left.Place.Latitude.CompareTo(right.Place.Latitude);
        return byLatitude != 0 ? byLatitude : left.Place.Longitude.CompareTo(right.Place.Longitude);
    }

    /// <summary>One report that came twice: same instant, and same place or same sequence number.</summary>
    public static bool AreTwins(in Fix left, in Fix right)
        => left.At == right.At && (left.Place == right.Place || (left.Sequence >= 0 && left.Sequence == right.Sequence));

    public static void Write(ref PackedWriter writer, FixRing fixes, int first)
    {
        writer.WriteUnsigned((ulong)(fixes.Count - first));
        long at = 0, latitude = 0, longitude = 0, sequence = 0;
        for (var i = first; i < fixes.Count; i++)
        {
            ref readonly var fix = ref fixes[i];
            WriteDifference(ref writer, Milliseconds(fix), ref at);
            WriteDifference(ref writer, (long)Math.Round(fix.Place.Latitude * PerDegree), ref latitude);
            WriteDifference(ref writer, (long)Math.Round(fix.Place.Longitude * PerDegree), ref longitude);
            writer.WriteUnsigned(Units(fix.AccuracyMetres, PerMetre));
            writer.WriteUnsigned(Units(fix.SpeedMetresPerSecond, PerMetreASecond));
            writer.WriteUnsigned(Units(fix.HeadingDegrees, PerDegreeOfHeading));
            WriteDifference(ref writer, fix.Sequence, ref sequence);
        }
    }

    public static void Read(ref PackedReader reader, FixRing fixes, int max)
    {
        var count = reader.ReadCount(max);
        long at = 0, latitude = 0, longitude = 0, sequence = 0;
        for (var i = 0; i < count; i++)
        {
            at += reader.ReadSigned();
            latitude += reader.ReadSigned();
            longitude += reader.ReadSigned();
            if (!GeoPoint.TryCreate(latitude * DegreesPerUnit, longitude * DegreesPerUnit, out var place) || !IsInstant(at))
                throw new InvalidDataException("A packed fix has no place or no instant.");
            var fix = new Fix
            {
                Place = place,
                At = DateTimeOffset.FromUnixTimeMilliseconds(at),
                AccuracyMetres = FromUnits(reader.ReadUnsigned(), PerMetre),
                SpeedMetresPerSecond = FromUnits(reader.ReadUnsigned(), PerMetreASecond),
                HeadingDegrees = FromUnits(reader.ReadUnsigned(), PerDegreeOfHeading),
                Sequence = sequence += reader.ReadSigned(),
            };
            fixes.Insert(fixes.IndexFor(fix), fix);
        }
    }

    public static bool IsInstant(long milliseconds)
        => milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The instant, or the nearest that there is.</summary>
    public static long Clamp(long milliseconds)
        => Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    static void WriteDifference(ref PackedWriter writer, long value, ref long previous)
    {
        writer.WriteSigned(unchecked(value - previous));
        previous = value;
    }

    static float Snap(float value, double perUnit, float max)
        => value >= 0 && value <= max ? (float)(Math.Round(value * perUnit) / perUnit) : float.NaN;

    // 0 stands for unknown.
    static ulong Units(float value, double perUnit) => float.IsNaN(value) ? 0 : (ulong)Math.Round(value * perUnit) + 1;

    static float FromUnits(ulong units, double perUnit) => units == 0 ? float.NaN : (float)((units - 1) / perUnit);
}
