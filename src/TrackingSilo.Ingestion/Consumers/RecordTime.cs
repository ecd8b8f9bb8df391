using Confluent.Kafka;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>A record's timestamp, which its producer may have chosen.</summary>
static class RecordTime
{
    static readonly long LatestMs = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Kept within years that can be reckoned with; a record without one is of 1970.</summary>
    public static DateTimeOffset Of(Timestamp timestamp) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timestamp.UnixTimestampMs, 0, LatestMs));
}
