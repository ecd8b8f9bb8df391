using System.Text;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Carriers;

namespace TrackingSilo.Ingestion.Tests.Carriers;

public sealed class EpcisTests
{
    static readonly CarrierFiles s_carriers = CarrierFiles.Load(CarrierFiles.DefaultFolder);
    static readonly DateTimeOffset s_now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_example_of_the_standard_is_read_or_refused_with_a_reason()
    {
        if (SharedData.Find("gs1-epcis") is not { } folder)
            return;
        var examples = Directory.EnumerateFiles(folder, "*.jsonld", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var read = 0;
        foreach (var example in examples)
        {
            var events = Read(File.ReadAllText(example));
            Assert.NotEmpty(events);
            Assert.All(events, one => Assert.True(one.Scan is not null || one.Detail is not null, example));
            // Only what names no single thing is refused.
            Assert.All(events.Where(one => one.Scan is null), one => Assert.Equal(RefusalReason.MissingProperty, one.Refused));
            read += events.Any(one => one.Scan is not null) ? 1 : 0;
        }

        Assert.Equal(47, examples.Length);
        Assert.Equal(41, read);
    }

    [Fact]
    public void A_shipment_is_on_its_way_after_shipping_and_an_error_declaration_takes_that_back()
    {
        const string shipped = """{"type":"ObjectEvent","eventID":"urn:uuid:1","eventTime":"2026-05-01T10:00:00Z","eventTimeZoneOffset":"+02:00","epcList":["urn:epc:id:sscc:0614141.1234567890"],"bizStep":"urn:epcglobal:cbv:bizstep:shipping"}""";
        var declared = shipped.Replace("\"bizStep\"", "\"errorDeclaration\":{\"declarationTime\":\"2026-05-01T11:00:00Z\",\"reason\":\"incorrect_data\",\"correctiveEventIDs\":[\"urn:uuid:2\"]},\"bizStep\"", StringComparison.Ordinal);

        var scan = Assert.Single(Read(Document(shipped)));
        var retraction = Assert.Single(Read(declared)); // bare, without a document

        Assert.Equal("epcis/SSCC:0614141.1234567890", scan.Shipment.Value);
        Assert.Equal(ScanEvent.DepartedFacility, scan.Scan!.Event);
        Assert.Equal((ScanEvent.Retraction, "urn:uuid:1"), (retraction.Scan!.Event, retraction.Scan.Retracts));
        Assert.Equal(ShipmentStatus.InTransit, Timeline.Empty.With(scan.Scan).Standing.Status);
        Assert.Equal(ShipmentStatus.Registered, Timeline.Empty.With(retraction.Scan).With(scan.Scan).Standing.Status);
    }

    [Fact]
    public void A_digital_link_names_the_thing_without_its_host()
    {
        var read = Assert.Single(Read(Document("""{"eventTime":"2026-05-01T10:00:00Z","epcList":["https://id.gs1.org/00/106141412345678908"],"bizStep":"arriving"}""")));

        Assert.Equal("epcis/00/106141412345678908", read.Shipment.Value);
    }

    static IReadOnlyList<CarrierEvent> Read(string document)
        => new CarrierPayload(s_carriers.Find("epcis")!, s_carriers, s_now).Read(Encoding.UTF8.GetBytes(document), null);

    static string Document(string one) => $$$"""{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","epcisBody":{"eventList":[{{{one}}}]}}""";
}
