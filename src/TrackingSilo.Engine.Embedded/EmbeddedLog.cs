using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

static partial class EmbeddedLog
{
    [LoggerMessage(LogLevel.Information, "Run {Run} begins with {Shards} shards.")]
    public static partial void Started(this ILogger log, long run, int shards);

    [LoggerMessage(LogLevel.Information, "Input was {Before}, is {Now}.")]
    public static partial void InputChanged(this ILogger log, InputState before, InputState now);

    [LoggerMessage(LogLevel.Error, "A {Kind} failed on a {Report} of {Partition} at offset {Offset}; the message is refused.")]
    public static partial void ActorFailed(this ILogger log, ActorKind kind, ReportKind report, string partition, long offset, Exception failure);

    [LoggerMessage(LogLevel.Error, "{Kind} {Key} cannot be read from the store. It stays there as it is, and its messages go to the refused topic")]
    public static partial void Damaged(this ILogger log, ActorKind kind, string key, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The store does not answer: nothing is lost, changes stay in memory until it does.")]
    public static partial void StoreAway(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Information, "The store answers again, after {Seconds} s.")]
    public static partial void StoreBack(this ILogger log, long seconds);

    [LoggerMessage(LogLevel.Warning, "{Unsaved} changed actors wait to be saved: input waits until there are fewer.")]
    public static partial void InputWaits(this ILogger log, int unsaved);

    [LoggerMessage(LogLevel.Warning, "The last changes could not be saved; they are read again from the log at the next start.")]
    public static partial void EndsUnsaved(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Warning, "What was learned about arrivals cannot be read; it is learned again.")]
    public static partial void LearnedAgain(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Critical, "The engine cannot go on.")]
    public static partial void CannotGoOn(this ILogger log, Exception failure);
}
