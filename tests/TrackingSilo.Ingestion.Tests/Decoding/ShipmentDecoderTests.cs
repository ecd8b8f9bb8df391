using System.Text;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class ShipmentDecoderTests
{
    const string Full = """
        {"carrier":"quadrat","trackingNumber":"qd17","changedAt":"2026-03-01T12:00:00Z","merchant":"Bookshop","service":"next day",
         "promisedFrom":"2026-03-02T08:00:00+01:00","promisedBy":"2026-03-02T18:00:00+01:00",
         "destination":{"latitude":49.5,"longitude":8.25,"postcode":"68159","city":"Mannheim","country":"de","timeZone":"Europe/Berlin"},
         "recipient":{"name":"Kim","contacts":[{"channel":"email","address":"kim@example.org"},{"channel":"sms","address":"+49 621 1"}],"locale":"de-DE"},
         "requires":{"signature":true},"options":{"gift":true},"parent":"quadrat/QD16","continuesAs":"other/99"}
        """;

    [Fact]
    public void Every_property_is_read()
    {
        var report = Decode.Accepted("shipments", Full);
        var change = Assert.IsType<ShipmentChange>(report.Body);

        Assert.Equal(ReportKind.Registration, report.Kind);
        Assert.Equal("quadrat/QD17", report.Key);
        Assert.Equal(Decode.RecordTime, change.ChangedAt);
        Assert.Equal("Bookshop", change.Merchant);
        Assert.Equal("next day", change.Service);
        var hour = TimeSpan.FromHours(1);
        Assert.Equal(new Promise(new DateTimeOffset(2026, 3, 2, 8, 0, 0, hour), new DateTimeOffset(2026, 3, 2, 18, 0, 0, hour)), change.Promise);
        Assert.Equal(
            new Destination { Place = GeoPoint.Create(49.5, 8.25), Postcode = "68159", City = "Mannheim", Country = "DE", TimeZone = "Europe/Berlin" }, change.Destination);
        Assert.Equal("Kim", change.Recipient!.Name);
        Assert.Equal("de-DE", change.Recipient.Locale);
        Assert.Equal([new Contact("email", "kim@example.org"), new Contact("sms", "+49 621 1")], change.Recipient.Contacts.ToArray());
        Assert.Equal(new HandOverRequirements(true, false), change.Requires);
        Assert.Equal(ShipmentId.Parse("quadrat/QD16"), change.Parent);
        Assert.Equal(ShipmentId.Parse("other/99"), change.ContinuesAs);
    }

    [Fact]
    public void What_a_change_leaves_out_is_null()
    {
        var change = Decode.Body<ShipmentChange>("shipments", """{"carrier":"a","trackingNumber":"1","changedAt":"2026-03-01T12:00:00Z","merchant":""}""");

        Assert.Equal(new ShipmentChange { ChangedAt = Decode.RecordTime }, change);
    }

    [Theory]
    [InlineData("\"changedAt\"", "\"at\"", RefusalReason.MissingProperty, "changedAt is missing")]
    [InlineData("\"2026-03-01T12:00:00Z\"", "\"2027-01-01T00:00:00Z\"", RefusalReason.FromTheFuture, "changedAt")]
    [InlineData("\"promisedBy\"", "\"by\"", RefusalReason.MissingProperty, "promisedBy is missing")]
    [InlineData("2026-03-02T08:00", "2026-03-02T18:01", RefusalReason.BadValue, "promisedFrom must be no later than promisedBy")]
    [InlineData("\"latitude\":49.5,", "", RefusalReason.MissingProperty, "destination.latitude is missing")]
    [InlineData("\"de\"", "\"DEU\"", RefusalReason.BadValue, "destination.country must be two letters")]
    [InlineData("Europe/Berlin", "Europe/Mannheim", RefusalReason.BadValue, "destination.timeZone must be an IANA time zone")]
    [InlineData("Europe/Berlin", "../../../etc/passwd", RefusalReason.BadValue, "destination.timeZone must be an IANA time zone")]
    [InlineData("de-DE", "de_DE", RefusalReason.BadValue, "recipient.locale must be a language tag")]
    [InlineData("\"channel\":\"sms\",", "", RefusalReason.MissingProperty, "recipient.contacts[].channel is missing")]
    [InlineData("+49 621 1", "+49\\r\\n621", RefusalReason.BadValue, "recipient.contacts[].address must be free of control")]
    [InlineData("{\"signature\":true}", "[\"signature\"]", RefusalReason.BadValue, "requires must be an object")]
    [InlineData("{\"signature\":true}", "{\"signature\":1}", RefusalReason.BadValue, "requires.signature must be true or false")]
    [InlineData("quadrat/QD16", "QD16", RefusalReason.BadIdentity, "parent must be a shipment id")]
    [InlineData("quadrat/QD16", "quadrat/qd17", RefusalReason.BadValue, "parent must be another shipment")]
    [InlineData("other/99", "Other/99", RefusalReason.BadIdentity, "continuesAs must be a shipment id")]
    public void What_is_refused_says_which_property(string part, string instead, RefusalReason reason, string detail)
    {
        Assert.Contains(part, Full, StringComparison.Ordinal);

        Decode.Refused("shipments", Full.Replace(part, instead, StringComparison.Ordinal), reason, detail);
    }

    [Fact]
    public void Contacts_have_a_limit()
    {
        var contacts = new StringBuilder().Insert(0, "{\"channel\":\"sms\",\"address\":\"1\"},", 9).ToString().TrimEnd(',');

        Decode.Refused(
            "shipments", $$"""{"carrier":"a","trackingNumber":"1","changedAt":"2026-03-01T12:00:00Z","recipient":{"contacts":[{{contacts}}]} }""",
            RefusalReason.BadValue, "recipient.contacts must be at most 8");
    }

    [Fact]
    public void No_refusal_repeats_what_was_sent()
    {
        var decoded = Decode.Text("shipments", Full.Replace("kim@example.org", new string('k', 501), StringComparison.Ordinal));

        Assert.True(decoded.IsRefused);
        Assert.DoesNotContain("kkk", decoded.Detail, StringComparison.Ordinal);
    }
}
