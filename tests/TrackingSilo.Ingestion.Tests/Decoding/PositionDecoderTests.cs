using System.Text;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Decoding;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class PositionDecoderTests
{
    const string Full = """
        {"carrier":"quadrat","vehicle":" q 7","at":"2026-03-01T13:00:00.25+01:00","latitude":49.5,"longitude":8.25,
         "accuracyMetres":4.5,"speedMetresPerSecond":12.5,"headingDegrees":360,"sequence":41,"battery":{"level":[1,2,{"x":null}]}}
        """;

    [Fact]
    public void Every_property_is_read()
    {
        var report = Decode.Accepted("positions", Full);

        Assert.Equal(ReportKind.Position, report.Kind);
        Assert.Equal("quadrat/Q7", report.Key);
        Assert.Null(report.Body);
        Assert.Equal(GeoPoint.Create(49.5, 8.25), report.Fix.Place);
        Assert.True(report.Fix.At.EqualsExact(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero)));
        Assert.Equal(4.5f, report.Fix.AccuracyMetres);
        Assert.Equal(12.5f, report.Fix.SpeedMetresPerSecond);
        Assert.Equal(360f, report.Fix.HeadingDegrees);
        Assert.Equal(41, report.Fix.Sequence);
    }

    [Fact]
    public void What_the_sender_left_out_is_unknown()
    {
        var fix = Decode.Accepted("positions", """{"carrier":"a","vehicle":"b","at":"2026-03-01T12:00:00Z","latitude":0,"longitude":0,"sequence":null}""").Fix;

        Assert.True(float.IsNaN(fix.AccuracyMetres));
        Assert.True(float.IsNaN(fix.SpeedMetresPerSecond));
        Assert.True(float.IsNaN(fix.HeadingDegrees));
        Assert.Equal(-1, fix.Sequence);
    }

    [Fact]
    public void Of_two_properties_of_one_name_the_last_counts()
        => Assert.Equal(2, Decode.Accepted("positions", """{"latitude":1,"carrier":"x","carrier":"a","vehicle":"b","at":"2026-03-01T12:00:00Z","longitude":0,"latitude":2}""").Fix.Place.Latitude);

    [Fact]
    public void Escapes_are_read_as_what_they_stand_for()
        => Assert.Equal("a/BC", Decode.Accepted("positions", """{"\u0063arrier":"\u0061","vehicle":"b\u0063","at":"2026-03-01T12:00:00\u005A","latitude":1,"longitude":0}""").Key);

    [Theory]
    [InlineData("\"carrier\":\"quadrat\",", "", RefusalReason.MissingProperty, "carrier is missing")]
    [InlineData("\"vehicle\":\" q 7\"", "\"vehicle\":null", RefusalReason.MissingProperty, "vehicle is missing")]
    [InlineData("\"at\"", "\"when\"", RefusalReason.MissingProperty, "at is missing")]
    [InlineData("\"latitude\"", "\"lat\"", RefusalReason.MissingProperty, "latitude is missing")]
    [InlineData("\"longitude\"", "\"lon\"", RefusalReason.MissingProperty, "longitude is missing")]
    [InlineData("\"quadrat\"", "\"Quadrat\"", RefusalReason.BadIdentity, "carrier must be")]
    [InlineData("\"quadrat\"", "\"\"", RefusalReason.BadIdentity, "carrier must be")]
    [InlineData("\"quadrat\"", "\"a/b\"", RefusalReason.BadIdentity, "carrier must be")]
    [InlineData("\" q 7\"", "\"q\\u00007\"", RefusalReason.BadIdentity, "vehicle 1 to 64")]
    [InlineData("\" q 7\"", "\"  \"", RefusalReason.BadIdentity, "vehicle 1 to 64")]
    [InlineData("\" q 7\"", "\"q\u00e4\"", RefusalReason.BadIdentity, "vehicle 1 to 64")]
    [InlineData("\" q 7\"", "7", RefusalReason.BadValue, "vehicle must be a text")]
    [InlineData("+01:00", "", RefusalReason.BadInstant, "at must be an instant")]
    [InlineData("\"2026-03-01T13:00:00.25+01:00\"", "1772366400", RefusalReason.BadInstant, "at must be an instant")]
    [InlineData("49.5", "90.01", RefusalReason.BadValue, "latitude must be from -90 to 90")]
    [InlineData("49.5", "1e999", RefusalReason.BadValue, "latitude must be from -90 to 90")]
    [InlineData("49.5", "\"49.5\"", RefusalReason.BadValue, "latitude must be a number")]
    [InlineData("49.5", "NaN", RefusalReason.NotJson, "not JSON from line 1")]
    [InlineData("8.25", "-180.5", RefusalReason.BadValue, "longitude must be from -180 to 180")]
    [InlineData("4.5", "-1", RefusalReason.BadValue, "accuracyMetres must be from 0")]
    [InlineData("12.5", "-0.1", RefusalReason.BadValue, "speedMetresPerSecond must be from 0")]
    [InlineData("360", "361", RefusalReason.BadValue, "headingDegrees must be from 0 to 360")]
    [InlineData("41", "4.5", RefusalReason.BadValue, "sequence must be a whole number")]
    [InlineData("41", "-1", RefusalReason.BadValue, "sequence must be a whole number")]
    public void What_is_refused_says_which_property(string part, string instead, RefusalReason reason, string detail)
    {
        Assert.Contains(part, Full, StringComparison.Ordinal);

        Decode.Refused("positions", Full.Replace(part, instead, StringComparison.Ordinal), reason, detail);
    }

    [Fact]
    public void A_known_vehicles_fix_allocates_nothing()
    {
        var decoder = new PositionDecoder(new VehicleIdCache());
        var value = Encoding.UTF8.GetBytes(Full);
        var key = decoder.Decode(value, 0, Decode.RecordTime).Report.Key;
        for (var i = 0; i < 200; i++) // until the runtime has compiled it for good
            decoder.Decode(value, i, Decode.RecordTime);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Decoded last = default;
        for (var i = 0; i < 1_000; i++)
            last = decoder.Decode(value, i, Decode.RecordTime);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Same(key, last.Report.Key);
    }
}
