using TrackingSilo.Domain.Shipments;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Tests.Carriers;

public sealed class CarrierFileTests
{
    [Theory]
    [InlineData("carrier: [", 2)]
    [InlineData("- a", 1)]
    [InlineData("carrier: Bad Slug\nname: B", 1)]
    [InlineData("carrier: b", 1)]
    [InlineData("carrier: b\nname: B\ncode: { a: delivered }", 3)]
    [InlineData("carrier: b\nname: B\ncodes:\n  a: delivered\n  x: arived", 5)]
    [InlineData("carrier: b\nname: B\ncodes:\n  a: delivered\n  x: attemptFailed nobodyHome", 5)]
    [InlineData("carrier: b\nname: B\ncodes:\n  x: retraction", 4)]
    [InlineData("carrier: b\nname: B\ncodes:\n  x: lost\n  X: held", 4)]
    [InlineData("carrier: b\nname: B\npayload:\n  format: csv", 4)]
    [InlineData("carrier: b\nname: B\npayload:\n  format: json\n  shipments: $\n  events: 'a[?(@'\n  time: t", 6)]
    [InlineData("carrier: b\nname: B\npayload:\n  format: xml\n  shipments: //a\n  events: 'b['\n  time: t", 6)]
    [InlineData("carrier: b\nname: B\npayload:\n  format: json\n  shipments: $\n  events: e\n  time: t\n  zone: Mars/Olympus", 8)]
    [InlineData("carrier: b\nname: B\npayload:\n  format: json\n  shipments: $\n  time: t", 4)]
    [InlineData("carrier: b\nname: B\nnumbers:\n  - { name: n, pattern: '(' }", 4)]
    [InlineData("carrier: b\nname: B\nnumbers:\n  - { name: n, pattern: '\\d', check: mod9 }", 4)]
    [InlineData("carrier: b\nname: B\nsignature: { header: X, algorithm: md5, encoding: hex }", 3)]
    public void A_bad_file_names_its_line(string text, int line)
    {
        var failure = Assert.Throws<CarrierFileException>(() => CarrierFileReader.Read("b.yaml", new StringReader(text)));

        Assert.StartsWith($"b.yaml, line {line}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_of_one_carrier_are_one_too_many()
    {
        var folder = Directory.CreateTempSubdirectory("carriers");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.yaml"), "carrier: a\nname: A");
            File.WriteAllText(Path.Combine(folder.FullName, "b.yaml"), "carrier: a\nname: A");

            Assert.StartsWith("b.yaml", Assert.Throws<CarrierFileException>(() => CarrierFiles.Load(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_files_that_come_with_the_program_are_good()
    {
        var carriers = CarrierFiles.Load(CarrierFiles.DefaultFolder);

        Assert.True(carriers.All.Count(carrier => carrier.Payload is not null) >= 29); // 26 carriers, two aggregators, EPCIS
        Assert.Equal(new Meaning(ScanEvent.AttemptFailed, Reason.NotHome), carriers.Vocabularies.Of("quadrat").Of("510"));
        // What an aggregator calls a carrier is one that we have.
        Assert.All(carriers.All.SelectMany(carrier => carrier.Carriers.Values), slug => Assert.NotNull(carriers.Find(slug)));
    }
}
