using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>Topic <c>positions</c>: the one with the most messages, so nothing here allocates for a vehicle that was seen before.</summary>
public sealed class PositionDecoder(VehicleIdCache vehicles) : MessageDecoder
{
    const int NameMaxBytes = 512; // 64 characters, each escaped, with room for blanks

    const double SpeedMax = 1_000; // metres a second: whatever lies above is no speed but another unit
    const double AccuracyMax = 1_000_000;

    private protected override Report Read(ref JsonMessage message, long offset, DateTimeOffset recordTime)
    {
        Span<byte> carrier = stackalloc byte[NameMaxBytes];
        Span<byte> vehicle = stackalloc byte[NameMaxBytes];
        var carrierLength = -1;
        var vehicleLength = -1;
        DateTimeOffset? at = null;
        double? latitude = null, longitude = null, accuracy = null, speed = null, heading = null;
        long? sequence = null;
        while (message.NextProperty())
        {
            if (message.Is("carrier"u8))
                carrierLength = message.TextBytes("carrier", carrier);
            else if (message.Is("vehicle"u8))
                vehicleLength = message.TextBytes("vehicle", vehicle);
            else if (message.Is("at"u8))
                at = message.Instant("at");
            else if (message.Is("latitude"u8))
                latitude = message.Number("latitude", -90, 90);
            else if (message.Is("longitude"u8))
                longitude = message.Number("longitude", -180, 180);
            else if (message.Is("accuracyMetres"u8))
                accuracy = message.Number("accuracyMetres", 0, AccuracyMax);
            else if (message.Is("speedMetresPerSecond"u8))
                speed = message.Number("speedMetresPerSecond", 0, SpeedMax);
            else if (message.Is("headingDegrees"u8))
                heading = message.Number("headingDegrees", 0, 360);
            else if (message.Is("sequence"u8))
                sequence = message.Integer("sequence", 0, long.MaxValue);
            else
                message.Skip();
        }

        if (carrierLength < 0)
            message.Missing("carrier");
        if (vehicleLength < 0)
            message.Missing("vehicle");
        if (at is null)
            message.Missing("at");
        if (latitude is null)
            message.Missing("latitude");
        if (longitude is null)
            message.Missing("longitude");
        if (message.Failed)
            return default;
        if (!vehicles.TryResolve(carrier[..carrierLength], vehicle[..vehicleLength], out var key))
        {
            message.Refuse(RefusalReason.BadIdentity, VehicleNaming.Rule);
            return default;
        }
        var fix = new Fix
        {
            Place = GeoPoint.Create(latitude!.Value, longitude!.Value),
            At = at!.Value.ToUniversalTime(),
            AccuracyMetres = (float)(accuracy ?? double.NaN),
            SpeedMetresPerSecond = (float)(speed ?? double.NaN),
            HeadingDegrees = (float)(heading ?? double.NaN),
            Sequence = sequence ?? -1,
        };
        return new Report { Kind = ReportKind.Position, Key = key, Offset = offset, RecordTime = recordTime, Fix = fix };
    }
}
