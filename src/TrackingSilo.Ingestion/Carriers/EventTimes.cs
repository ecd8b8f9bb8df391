using System.Collections.Frozen;
using System.Globalization;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>
/// How a carrier writes times. An offset in the text counts; else one beside it; else the zone of the carrier's file. A local time that a change to summer time leaves out
/// is read with the offset from before the change, and one that comes twice with the earlier of the two.
/// </summary>
sealed class EventTimes
{
    // Before parcels were tracked by machine, and beyond what a calendar of ours must hold.
    const int YearMin = 1980;
    const int YearMax = 2199;

    static readonly string[] IsoWithOffset =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFF' UTC'", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mmzzz"];

    static readonly string[] IsoWithout = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd' 'HH:mm"];

    readonly string[] _withOffset;
    readonly string[] _without;
    readonly TimeZoneInfo _zone;
    readonly FrozenDictionary<string, TimeSpan> _abbreviations;

    /// <param name="formats">.NET's own, or <c>iso</c>; empty: <c>iso</c>.</param>
    public EventTimes(IReadOnlyCollection<string> formats, TimeZoneInfo zone, IReadOnlyDictionary<string, TimeSpan> abbreviations)
    {
        var all = formats.Count == 0 ? ["iso"] : formats;
        var own = all.Where(format => format != "iso").ToArray();
        var iso = own.Length < all.Count;
        _withOffset = [.. own.Where(format => format.Contains('z', StringComparison.Ordinal)), .. iso ? IsoWithOffset : []];
        _without = [.. own.Where(format => !format.Contains('z', StringComparison.Ordinal)), .. iso ? IsoWithout : []];
        _zone = zone;
        _abbreviations = abbreviations.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public static EventTimes Iso { get; } = new([], TimeZoneInfo.Utc, FrozenDictionary<string, TimeSpan>.Empty);

    /// <param name="beside">What stands beside the time: <c>+02:00</c>, an abbreviation that the file explains, an IANA name; null: nothing.</param>
    public bool TryRead(string text, string? beside, out DateTimeOffset at)
    {
        const DateTimeStyles styles = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal;
        if (DateTimeOffset.TryParseExact(text, _withOffset, CultureInfo.InvariantCulture, styles, out at))
            return IsInRange(at);
        if (!DateTime.TryParseExact(text, _without, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var local) || local.Year is < YearMin or > YearMax)
            return false;
        at = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), OffsetOf(local, beside));
        return IsInRange(at);
    }

    TimeSpan OffsetOf(DateTime local, string? beside)
    {
        if (beside is { Length: > 0 and <= 64 })
        {
            if (_abbreviations.TryGetValue(beside, out var known))
                return known;
            if (DateTimeOffset.TryParseExact("2000-01-01T00:00:00" + beside, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var with))
                return with.Offset;
            if (Decoding.TimeZones.IsKnown(beside))
                return OffsetIn(TimeZoneInfo.FindSystemTimeZoneById(beside), local);
        }
        return OffsetIn(_zone, local);
    }

    static TimeSpan OffsetIn(TimeZoneInfo zone, DateTime local)
    {
        // The longest gap and the longest overlap of any zone since 1980 are below a day.
        if (zone.IsInvalidTime(local))
            return zone.GetUtcOffset(DateTime.SpecifyKind(local.AddDays(-1), DateTimeKind.Unspecified));
        // The greater offset is the earlier instant.
        return zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
    }

    static bool IsInRange(DateTimeOffset at) => at.Year is >= YearMin and <= YearMax;
}
