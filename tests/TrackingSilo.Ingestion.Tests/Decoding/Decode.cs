using System.Text;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Carriers;

namespace TrackingSilo.Ingestion.Tests.Decoding;

/// <summary>Decoding as the tests speak of it.</summary>
static class Decode
{
    public static readonly DateTimeOffset RecordTime = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static IReadOnlyDictionary<string, MessageDecoder> All { get; } = new Dictionary<string, MessageDecoder>
    {
        ["shipments"] = new ShipmentDecoder(),
        ["scans"] = new ScanDecoder(CarrierFiles.Load(CarrierFiles.DefaultFolder).Vocabularies),
        ["manifests"] = new ManifestDecoder(new VehicleIdCache()),
        ["positions"] = new PositionDecoder(new VehicleIdCache()),
        ["commands"] = new CommandDecoder(),
    };

    public static Decoded Bytes(string topic, ReadOnlySpan<byte> value) => All[topic].Decode(value, 7, RecordTime);

    public static Decoded Text(string topic, string json) => Bytes(topic, Encoding.UTF8.GetBytes(json));

    public static Report Accepted(string topic, string json)
    {
        var decoded = Text(topic, json);
        Assert.False(decoded.IsRefused, $"{decoded.Reason}: {decoded.Detail}");
        Assert.Equal(7, decoded.Report.Offset);
        Assert.Equal(RecordTime, decoded.Report.RecordTime);
        return decoded.Report;
    }

    public static T Body<T>(string topic, string json) => Assert.IsType<T>(Accepted(topic, json).Body);

    public static void Refused(string topic, string json, RefusalReason reason, string detail)
    {
        var decoded = Text(topic, json);
        Assert.True(decoded.IsRefused, "It was accepted.");
        Assert.Equal(reason, decoded.Reason);
        Assert.Contains(detail, decoded.Detail, StringComparison.Ordinal);
    }
}
