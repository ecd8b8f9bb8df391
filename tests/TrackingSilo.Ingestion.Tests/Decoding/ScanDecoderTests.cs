using System.Text;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class ScanDecoderTests
{
    const string Full = """
        {"eventId":"E-1","carrier":"quadrat","trackingNumber":"qd 00 17","event":"delivered","code":"DLV","occurredAt":"2026-03-01T13:00:00+01:00",
         "location":{"facility":"Hub 7","city":"Käfertal","country":"DE","latitude":49.5,"longitude":8.25},"description":"left with neighbour",
         "vehicle":"q7","proof":{"name":"Kim","signature":"s:1","photo":"p:1","latitude":49.6,"longitude":8.5}}
        """;

    const string Minimal = """{"carrier":"a","trackingNumber":"1","code":"pickedUp","occurredAt":"2026-03-01T12:00:00Z"}""";

    [Fact]
    public void Every_property_is_read()
    {
        var report = Decode.Accepted("scans", Full);
        var scan = Assert.IsType<Scan>(report.Body);

        Assert.Equal(ReportKind.Scan, report.Kind);
        Assert.Equal("quadrat/QD0017", report.Key);
        var expected = new Scan
        {
            Id = "E-1", Event = ScanEvent.Delivered, Code = "DLV", OccurredAt = new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1)),
            Location = new ScanLocation { Facility = "Hub 7", City = "Käfertal", Country = "DE", Place = GeoPoint.Create(49.5, 8.25) },
            Description = "left with neighbour", Vehicle = VehicleId.Parse("quadrat/Q7"),
            Proof = new ProofOfDelivery { Name = "Kim", Signature = "s:1", Photo = "p:1", Place = GeoPoint.Create(49.6, 8.5) },
        };
        Assert.Equal(expected, scan);
        Assert.Equal(TimeSpan.FromHours(1), scan.OccurredAt.Offset);
    }

    [Fact]
    public void Every_canonical_event_has_a_name()
    {
        foreach (var scanEvent in Enum.GetValues<ScanEvent>())
        {
            var json = Minimal.Replace("\"code\":\"pickedUp\"", $"\"event\":\"{ScanEventNames.Of(scanEvent)}\",\"retracts\":{(scanEvent == ScanEvent.Retraction ? "\"E-1\"" : "null")}", StringComparison.Ordinal);
            Assert.Equal(scanEvent, Decode.Body<Scan>("scans", json).Event);
        }
    }

    [Fact]
    public void A_scan_without_an_id_is_known_by_what_it_says()
    {
        var scan = Decode.Body<Scan>("scans", Minimal);
        var twin = Decode.Body<Scan>("scans", Minimal.Replace("12:00:00Z", "13:00:00+01:00", StringComparison.Ordinal));
        var other = Decode.Body<Scan>("scans", Minimal.Replace("12:00:00Z", "11:59:59Z", StringComparison.Ordinal));

        Assert.Equal(ScanIdentity.Derive(ScanEvent.PickedUp, "pickedUp", scan.OccurredAt, null, null), scan.Id);
        Assert.Equal(scan.Id, twin.Id);
        Assert.NotEqual(scan.Id, other.Id);
    }

    [Fact]
    public void An_unknown_code_is_kept_and_bears_no_status()
    {
        var scan = Decode.Body<Scan>("scans", Minimal.Replace("pickedUp", "XQ-77 \U0001F4E6", StringComparison.Ordinal));

        Assert.Equal(ScanEvent.Unrecognised, scan.Event);
        Assert.Equal("XQ-77 \U0001F4E6", scan.Code);
    }

    [Fact]
    public void What_a_scan_takes_back_outweighs_what_it_calls_itself()
    {
        var scan = Decode.Body<Scan>("scans", Minimal.Replace("}", ",\"retracts\":\"E-1\"}", StringComparison.Ordinal));

        Assert.Equal(ScanEvent.Retraction, scan.Event);
        Assert.Equal("E-1", scan.Retracts);
        Assert.Equal("pickedUp", scan.Code);
    }

    [Theory]
    [InlineData("2026-03-02T12:00:00Z", false)]
    [InlineData("2026-03-02T12:00:00.0000001Z", true)]
    [InlineData("9999-12-31T23:59:59Z", true)]
    [InlineData("0001-01-01T00:00:00Z", false)]
    public void A_scan_may_be_a_day_later_than_its_record(string occurredAt, bool refused)
    {
        var json = Minimal.Replace("2026-03-01T12:00:00Z", occurredAt, StringComparison.Ordinal);

        if (refused)
            Decode.Refused("scans", json, RefusalReason.FromTheFuture, "occurredAt lies more than 24 hours");
        else
            Decode.Accepted("scans", json);
    }

    [Theory]
    [InlineData("\"carrier\":\"quadrat\",", "", RefusalReason.MissingProperty, "carrier is missing")]
    [InlineData("\"trackingNumber\":\"qd 00 17\",", "", RefusalReason.MissingProperty, "trackingNumber is missing")]
    [InlineData("\"occurredAt\"", "\"at\"", RefusalReason.MissingProperty, "occurredAt is missing")]
    [InlineData("\"event\":\"delivered\",\"code\":\"DLV\",", "", RefusalReason.MissingProperty, "neither code nor event")]
    [InlineData("\"delivered\"", "\"retraction\"", RefusalReason.MissingProperty, "retracts is missing")]
    [InlineData("\"delivered\"", "\"Delivered\"", RefusalReason.BadValue, "event must be one of the canonical events")]
    [InlineData("\"E-1\"", "\"E\\n1\"", RefusalReason.BadValue, "eventId must be free of control characters")]
    [InlineData("\"E-1\"", "\"E\\u00851\"", RefusalReason.BadValue, "eventId must be free of control characters")]
    [InlineData("\"E-1\"", "1", RefusalReason.BadValue, "eventId must be a text")]
    [InlineData("qd 00 17", "", RefusalReason.MissingProperty, "trackingNumber is missing")]
    [InlineData("qd 00 17", "é", RefusalReason.BadIdentity, "trackingNumber 1 to 64")]
    [InlineData("q7", "q\\t\\u0000", RefusalReason.BadIdentity, "vehicle 1 to 64")]
    [InlineData("\"latitude\":49.5,", "", RefusalReason.MissingProperty, "location.latitude is missing")]
    [InlineData(",\"longitude\":8.5", "", RefusalReason.MissingProperty, "proof.longitude is missing")]
    [InlineData("49.5", "91", RefusalReason.BadValue, "location.latitude must be from")]
    [InlineData("\"s:1\"", "[]", RefusalReason.BadValue, "proof.signature must be a text")]
    [InlineData("{\"name\":\"Kim\",\"signature\":\"s:1\",\"photo\":\"p:1\",\"latitude\":49.6,\"longitude\":8.5}", "true", RefusalReason.BadValue, "proof must be an object")]
    [InlineData("2026-03-01T13:00:00+01:00", "yesterday, about noon", RefusalReason.BadInstant, "occurredAt must be an instant")]
    public void What_is_refused_says_which_property(string part, string instead, RefusalReason reason, string detail)
    {
        Assert.Contains(part, Full, StringComparison.Ordinal);

        Decode.Refused("scans", Full.Replace(part, instead, StringComparison.Ordinal), reason, detail);
    }

    [Fact]
    public void A_text_has_a_limit_and_may_be_of_any_script()
    {
        var longest = new string('\u5305', 500);

        Assert.Equal(longest, Decode.Body<Scan>("scans", Full.Replace("left with neighbour", longest, StringComparison.Ordinal)).Description);
        Decode.Refused("scans", Full.Replace("left with neighbour", longest + "x", StringComparison.Ordinal), RefusalReason.BadValue, "description must be at most 500 characters");
        Decode.Refused("scans", Full.Replace("E-1", new string('e', 129), StringComparison.Ordinal), RefusalReason.BadValue, "eventId must be at most 128 characters");
    }

    [Fact]
    public void A_message_has_a_limit()
    {
        var padding = new string(' ', 64 * 1024 - Encoding.UTF8.GetByteCount(Full));

        Decode.Accepted("scans", Full + padding);
        Decode.Refused("scans", Full + padding + " ", RefusalReason.TooLarge, "65537 bytes, at most 65536");
    }
}
