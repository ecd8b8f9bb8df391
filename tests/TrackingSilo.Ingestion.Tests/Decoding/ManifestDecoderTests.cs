using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class ManifestDecoderTests
{
    const string Full = """
        {"stops":[{"stopId":"s1","latitude":49.5,"longitude":8.25,"serviceSeconds":90,"plannedAt":"2026-03-01T14:00:00Z","shipments":["QD17","other/99"]},
                  {"stopId":"s2","latitude":49.6,"longitude":8.5}],"version":3,"vehicle":"q7","carrier":"quadrat"}
        """;

    [Fact]
    public void Every_property_is_read()
    {
        var report = Decode.Accepted("manifests", Full);
        var manifest = Assert.IsType<Manifest>(report.Body);

        Assert.Equal(ReportKind.Manifest, report.Kind);
        Assert.Equal("quadrat/Q7", report.Key);
        Assert.Equal(3, manifest.Version);
        Assert.Equal(Decode.RecordTime, manifest.RecordTime);
        Assert.Equal(2, manifest.Stops.Length);
        var first = manifest.Stops[0];
        Assert.Equal(("s1", GeoPoint.Create(49.5, 8.25), 90, new DateTimeOffset(2026, 3, 1, 14, 0, 0, TimeSpan.Zero)), (first.StopId, first.Place, first.ServiceSeconds, first.PlannedAt));
        Assert.Equal([ShipmentId.Parse("quadrat/QD17"), ShipmentId.Parse("other/99")], first.Shipments.ToArray());
        var second = manifest.Stops[1];
        Assert.Equal(("s2", null, null, 0), (second.StopId, second.ServiceSeconds, second.PlannedAt, second.Shipments.Length));
    }

    [Fact]
    public void A_vehicle_may_have_nothing_to_do()
        => Assert.Empty(Decode.Body<Manifest>("manifests", """{"carrier":"a","vehicle":"b","version":0,"stops":[]}""").Stops);

    [Theory]
    [InlineData("\"version\"", "\"v\"", RefusalReason.MissingProperty, "version is missing")]
    [InlineData("\"stops\"", "\"tour\"", RefusalReason.MissingProperty, "stops is missing")]
    [InlineData("\"stopId\":\"s2\",", "", RefusalReason.MissingProperty, "stops[].stopId is missing")]
    [InlineData("\"latitude\":49.6,", "", RefusalReason.MissingProperty, "stops[].latitude is missing")]
    [InlineData("\"version\":3", "\"version\":-1", RefusalReason.BadValue, "version must be a whole number")]
    [InlineData("\"s2\"", "\"s1\"", RefusalReason.BadValue, "stops[].stopId must be another one at each stop")]
    [InlineData("90", "86401", RefusalReason.BadValue, "stops[].serviceSeconds must be a whole number from 0 to 86400")]
    [InlineData("\"QD17\"", "17", RefusalReason.BadValue, "stops[].shipments[] must be a text")]
    [InlineData("\"QD17\"", "null", RefusalReason.BadValue, "stops[].shipments[] must be an id")]
    [InlineData("\"QD17\"", "\"\u5305\"", RefusalReason.BadValue, "stops[].shipments[] must be an id")]
    [InlineData("other/99", "Other/99", RefusalReason.BadValue, "stops[].shipments[] must be an id")]
    [InlineData("\"quadrat\"", "\"Quadrat!\"", RefusalReason.BadIdentity, "carrier must be")]
    [InlineData("{\"stopId\":\"s2\",\"latitude\":49.6,\"longitude\":8.5}", "null", RefusalReason.BadValue, "stops[] must be an object")]
    [InlineData("{\"stopId\":\"s2\",\"latitude\":49.6,\"longitude\":8.5}", "[]", RefusalReason.BadValue, "stops[] must be an object")]
    public void What_is_refused_says_which_property(string part, string instead, RefusalReason reason, string detail)
    {
        Assert.Contains(part, Full, StringComparison.Ordinal);

        Decode.Refused("manifests", Full.Replace(part, instead, StringComparison.Ordinal), reason, detail);
    }

    [Fact]
    public void Stops_and_shipments_of_a_stop_have_limits()
    {
        Assert.Equal(500, Decode.Body<Manifest>("manifests", WithStops(500)).Stops.Length);
        Decode.Refused("manifests", WithStops(501), RefusalReason.BadValue, "stops must be at most 500");
        Assert.Equal(200, Decode.Body<Manifest>("manifests", WithShipments(200)).Stops[0].Shipments.Length);
        Decode.Refused("manifests", WithShipments(201), RefusalReason.BadValue, "stops[].shipments must be at most 200");

        static string WithStops(int count) => With(string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"stopId":"{{i}}","latitude":1,"longitude":1}""")));
        static string WithShipments(int count) => With($$"""{"stopId":"s","latitude":1,"longitude":1,"shipments":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\""))}}]}""");
        static string With(string stops) => $$"""{"carrier":"a","vehicle":"b","version":1,"stops":[{{stops}}]}""";
    }
}
