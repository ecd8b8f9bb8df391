using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace TrackingSilo.Simulation.Replay;

/// <summary>How a column writes an instant: <c>unix-seconds</c>, <c>unix-seconds-local</c> (as if local time were UTC), <c>unix-milliseconds</c>, <c>rfc3339</c>, or a pattern of NodaTime for local time in the data's zone.</summary>
public sealed class TimeFormat
{
    readonly Func<string, DateTimeZone, Instant?> _parse;

    TimeFormat(Func<string, DateTimeZone, Instant?> parse) => _parse = parse;

    /// <returns>Null, and in <paramref name="wrong"/> why, where the text is no format.</returns>
    public static TimeFormat? TryCreate(string text, out string wrong)
    {
        wrong = "";
        switch (text)
        {
            case "unix-seconds":
                return new TimeFormat((value, _) => double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && double.Abs(seconds) < 1e11
                    ? Instant.FromUnixTimeTicks((long)(seconds * NodaConstants.TicksPerSecond)) : null);
            case "unix-seconds-local":
                return new TimeFormat((value, zone) => long.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && long.Abs(seconds) < 100_000_000_000
                    ? zone.AtLeniently(Instant.FromUnixTimeSeconds(seconds).InUtc().LocalDateTime).ToInstant() : null);
            case "unix-milliseconds":
                return new TimeFormat((value, _) => long.TryParse(value, CultureInfo.InvariantCulture, out var milliseconds) && long.Abs(milliseconds) < 100_000_000_000_000
                    ? Instant.FromUnixTimeMilliseconds(milliseconds) : null);
            case "rfc3339":
                return new TimeFormat((value, _) => OffsetDateTimePattern.Rfc3339.Parse(value) is { Success: true } parsed ? parsed.Value.ToInstant() : null);
        }
        try
        {
            var pattern = LocalDateTimePattern.CreateWithInvariantCulture(text);
            // The hour that a clock is put back over happens twice: leniently, the first is meant.
            return new TimeFormat((value, zone) => pattern.Parse(value) is { Success: true } parsed ? zone.AtLeniently(parsed.Value).ToInstant() : null);
        }
        catch (InvalidPatternException e)
        {
            wrong = e.Message;
            return null;
        }
    }

    /// <summary>Null: the value is no instant in this format.</summary>
    public Instant? Parse(string value, DateTimeZone zone) => _parse(value, zone);
}
