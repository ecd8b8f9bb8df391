using System.Text;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Carriers;

namespace TrackingSilo.Simulation.Tests;

/// <summary>The city and the way in know nothing of each other but the wire: here they meet.</summary>
public sealed class CityMeetsIngestionTests
{
    static readonly VehicleIdCache s_vehicles = new();

    static readonly MessageDecoder[] s_decoders =
        [new ShipmentDecoder(), new ScanDecoder(CarrierFiles.Load(CarrierFiles.DefaultFolder).Vocabularies), new ManifestDecoder(s_vehicles), new PositionDecoder(s_vehicles), new CommandDecoder()];

    [Fact]
    public void What_the_city_sends_is_read_as_it_was_meant()
    {
        var seen = new HashSet<string>();
        foreach (var message in City.FromSeed(21).WithVans(12).With(Fault.All).Messages())
        {
            var decoded = s_decoders[(int)message.Topic].Decode(message.Value, 0, message.SendAt);
            var said = Encoding.UTF8.GetString(message.Value);
            if (message.Fact is RefusedFact refused)
            {
                Assert.True(decoded.IsRefused, said);
                Assert.True(refused.Reason == decoded.Reason.Code(), $"{decoded.Reason}: {decoded.Detail} {said}");
                seen.Add(refused.Reason);
                continue;
            }
            Assert.True(!decoded.IsRefused, $"{decoded.Detail} {said}");
            Check(message, decoded.Report);
            seen.Add(message.Fact.GetType().Name);
        }
        Assert.Superset(new HashSet<string> { nameof(RegistrationFact), nameof(ScanFact), nameof(ManifestFact), nameof(FixFact), nameof(CommandFact), "not-json" }, seen);
    }

    static void Check(SimulatedMessage message, Report report)
    {
        Assert.Equal(message.Key, report.Key);
        switch (message.Fact)
        {
            case ScanFact scan:
                var read = Assert.IsType<Scan>(report.Body);
                Assert.Equal(scan.Event, read.Event);
                Assert.Equal(scan.OccurredAt, read.OccurredAt);
                Assert.Equal(scan.Retracts, read.Retracts);
                break;
            case FixFact fix:
                Assert.Equal(fix.At, report.Fix.At);
                break;
            case ManifestFact manifest:
                var stops = Assert.IsType<Manifest>(report.Body);
                Assert.Equal(manifest.Version, stops.Version);
                Assert.Equal(manifest.Stops, stops.Stops.Length);
                break;
        }
    }
}
