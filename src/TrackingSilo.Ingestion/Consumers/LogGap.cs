using Confluent.Kafka;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>Records that were never consumed are not in the log any more; the message says which, and what can be done.</summary>
public sealed class LogGapException(string message) : Exception(message);

/// <summary>Where to read on, and whether anything is missing before that.</summary>
static class LogGap
{
    /// <param name="next">The offset that should be read next; 0 or less where none was read yet.</param>
    /// <param name="lost">How many records are missing before the answer.</param>
    /// <exception cref="LogGapException">Some are, and that is not accepted; or the log is another than the one that was read before.</exception>
    public static long StartOffset(LogPartition partition, long next, WatermarkOffsets watermarks, bool acceptGap, out long lost)
    {
        lost = 0;
        if (next <= 0)
            return watermarks.Low.Value;
        // Accepting would not help: what this log holds at the offsets behind would pass for applied.
        if (next > watermarks.High.Value)
        {
            throw new LogGapException(
                $"{partition} ends at offset {watermarks.High.Value}, but everything before {next} was read from it already: this is another log, or its end was cut off. "
                + "Give it another name in Kafka:Log; then it is read from its beginning, and what is known already counts once.");
        }
        if (next >= watermarks.Low.Value)
            return next;
        lost = watermarks.Low.Value - next;
        return acceptGap
            ? watermarks.Low.Value
            : throw new LogGapException(
                $"{partition} begins at offset {watermarks.Low.Value}: the {lost} records from {next} on were deleted before they were read. To go on without them, start with --accept-gap.");
    }
}
