using System.Globalization;
using TrackingSilo.Ingestion.Carriers;

namespace TrackingSilo.Ingestion.Tests.Carriers;

public sealed class EventTimesTests
{
    static readonly EventTimes s_berlin = new(["iso", "dd.MM.yyyy HH:mm"], TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new Dictionary<string, TimeSpan> { ["EST"] = TimeSpan.FromHours(-5) });

    [Theory]
    [InlineData("2026-01-15T12:00:00", null, "2026-01-15T12:00:00+01:00")] // the zone of the file
    [InlineData("2026-07-15 12:00:00", null, "2026-07-15T12:00:00+02:00")]
    [InlineData("15.07.2026 12:00", null, "2026-07-15T12:00:00+02:00")]
    [InlineData("2026-07-15T12:00:00-03:00", "EST", "2026-07-15T12:00:00-03:00")] // the offset in the text outweighs what stands beside it
    [InlineData("2026-07-15T12:00:00Z", null, "2026-07-15T12:00:00+00:00")]
    [InlineData("2026-07-15T12:00:00.1234567+0200", null, "2026-07-15T12:00:00.1234567+02:00")]
    [InlineData("2026-07-15T12:00:00", "est", "2026-07-15T12:00:00-05:00")]
    [InlineData("2026-07-15T12:00:00", "-04:00", "2026-07-15T12:00:00-04:00")]
    [InlineData("2026-07-15T12:00:00", "America/New_York", "2026-07-15T12:00:00-04:00")]
    [InlineData("2026-07-15T12:00:00", "../../etc/passwd", "2026-07-15T12:00:00+02:00")]
    [InlineData("2026-03-29T02:30:00", null, "2026-03-29T02:30:00+01:00")] // left out by the change to summer time
    [InlineData("2026-10-25T02:30:00", null, "2026-10-25T02:30:00+02:00")] // comes twice: the earlier
    public void A_time_is_read_by_the_zone_rule(string text, string? beside, string expected)
    {
        Assert.True(s_berlin.TryRead(text, beside, out var at));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), at);
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture).Offset, at.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("0000-01-01T00:00:00")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("9999-12-31T23:59:59")]
    [InlineData("2026-02-30T00:00:00")]
    [InlineData("2026-07-15T25:00:00")]
    public void What_is_no_time_is_refused(string text) => Assert.False(s_berlin.TryRead(text, null, out _));
}
