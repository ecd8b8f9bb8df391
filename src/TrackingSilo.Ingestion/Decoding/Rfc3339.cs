namespace TrackingSilo.Ingestion.Decoding;

/// <summary>
/// Instants as RFC 3339 writes them, with an offset. Stricter than .NET's own parsing, which takes times without an offset and much else; the offset is kept.
/// Refused: leap seconds (60), instants outside the years 0001 to 9999, offsets beyond ±14:00.
/// </summary>
static class Rfc3339
{
    const int DateAndTimeLength = 19; // 2026-01-02T03:04:05
    const int FractionMaxDigits = 9;  // nanoseconds; what is finer than a tick of 100 ns is cut

    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length <= DateAndTimeLength
            || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t') || text[13] != ':' || text[16] != ':'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second))
        {
            return false;
        }
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        var rest = text[DateAndTimeLength..];
        if (!TryFraction(ref rest, out var ticks) || !TryOffset(rest, out var offset))
            return false;

        var local = new DateTime(year, month, day, hour, minute, second).AddTicks(ticks);
        var utcTicks = local.Ticks - offset.Ticks;
        if (utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks)
            return false;
        instant = new DateTimeOffset(local, offset);
        return true;
    }

    static bool TryFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != '.')
            return true;
        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is <= 0 or > FractionMaxDigits)
            return false;
        for (var i = 1; i <= 7; i++)
            ticks = (ticks * 10) + (i <= digits ? rest[i] - '0' : 0);
        rest = rest[(digits + 1)..];
        return true;
    }

    static bool TryOffset(ReadOnlySpan<byte> rest, out TimeSpan offset)
    {
        offset = default;
        if (rest.Length == 1)
            return rest[0] is (byte)'Z' or (byte)'z';
        if (rest.Length != 6 || rest[0] is not ((byte)'+' or (byte)'-') || rest[3] != ':'
            || !TryDigits(rest[1..3], out var hours) || !TryDigits(rest[4..6], out var minutes) || minutes > 59)
        {
            return false;
        }
        offset = new TimeSpan(hours, minutes, 0);
        if (offset > TimeSpan.FromHours(14)) // what DateTimeOffset, and the inhabited world, have
            return false;
        if (rest[0] == '-')
            offset = -offset;
        return true;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + (c - '0');
        }
        return true;
    }
}
