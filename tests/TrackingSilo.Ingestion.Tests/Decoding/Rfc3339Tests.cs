using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Ingestion.Decoding;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-03-01T12:34:56Z", "2026-03-01T12:34:56.0000000+00:00")]
    [InlineData("2026-03-01t12:34:56z", "2026-03-01T12:34:56.0000000+00:00")]
    [InlineData("2026-03-01T12:34:56.5+01:00", "2026-03-01T12:34:56.5000000+01:00")]
    [InlineData("2026-03-01T12:34:56.123456789-09:30", "2026-03-01T12:34:56.1234567-09:30")]
    [InlineData("2026-03-01T12:34:56-00:00", "2026-03-01T12:34:56.0000000+00:00")]
    [InlineData("2024-02-29T00:00:00+14:00", "2024-02-29T00:00:00.0000000+14:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999+00:00")]
    public void An_instant_keeps_its_offset(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var instant));
        Assert.Equal(expected, instant.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-01")]
    [InlineData("2026-03-01T12:34:56")]            // no offset
    [InlineData("2026-03-01 12:34:56Z")]           // a blank for T
    [InlineData("2026-03-01T12:34Z")]
    [InlineData("2026-03-01T12:34:60Z")]           // leap second
    [InlineData("2026-03-01T24:00:00Z")]
    [InlineData("2026-03-01T12:60:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-01-00T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("2026-03-01T12:34:56.Z")]
    [InlineData("2026-03-01T12:34:56.1234567890Z")]
    [InlineData("2026-03-01T12:34:56,5Z")]
    [InlineData("2026-03-01T12:34:56+1:00")]
    [InlineData("2026-03-01T12:34:56+0100")]
    [InlineData("2026-03-01T12:34:56+01")]
    [InlineData("2026-03-01T12:34:56+14:01")]
    [InlineData("2026-03-01T12:34:56+01:60")]
    [InlineData("2026-03-01T12:34:56ZZ")]
    [InlineData("2026-03-01T12:34:56Z ")]
    [InlineData(" 2026-03-01T12:34:56Z")]
    [InlineData("+026-03-01T12:34:56Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]      // before the first instant there is
    [InlineData("9999-12-31T23:59:59-01:00")]      // after the last
    [InlineData("２０26-03-01T12:34:56Z")]
    public void What_is_no_instant(string text) => Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Whatever_is_written_is_read_again()
    {
        var instants = from ticks in Gen.Choose(0, int.MaxValue).Two()
                       from quarter in Gen.Choose(-56, 56)
                       select new DateTimeOffset(DateTime.MinValue.AddDays(1).AddTicks((long)ticks.Item1 * 1_400_000_000 + ticks.Item2), TimeSpan.FromMinutes(15 * quarter));

        Prop.ForAll(instants.ToArbitrary(), instant =>
        {
            var text = instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
            return Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var read) && read.EqualsExact(instant);
        }).QuickCheckThrowOnFailure();
    }
}
