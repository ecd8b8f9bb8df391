using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans.Silo;

static partial class SiloLog
{
    [LoggerMessage(LogLevel.Information, "Run {Run} begins on silo {Name}.")]
    public static partial void Started(this ILogger log, long run, string name);

    [LoggerMessage(LogLevel.Information, "Input was {Before}, is {Now}; the cluster's is {Cluster}.")]
    public static partial void InputChanged(this ILogger log, InputState before, InputState now, InputState cluster);

    [LoggerMessage(LogLevel.Error, "A {Kind} failed on a {Report} of {Partition} at offset {Offset}; the message is refused.")]
    public static partial void ActorFailed(this ILogger log, ActorKind kind, ReportKind report, string partition, long offset, Exception failure);

    [LoggerMessage(LogLevel.Warning, "Words between actors wait: their receiver cannot be reached.")]
    public static partial void TellWaits(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Error, "The silo ends with changes that are not saved; they are read again from the log.")]
    public static partial void EndsUnsaved(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Key} was not saved; nothing is lost, what was delivered to it is not committed.")]
    public static partial void NotFlushed(this ILogger log, ActorKind kind, string key, Exception failure);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Key} did not answer a delivery; it is delivered again.")]
    public static partial void DeliveredAgain(this ILogger log, ActorKind kind, string key, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The cluster does not answer; what it should do is tried again.")]
    public static partial void LoopFailed(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Warning, "What the cluster has learned about arrivals cannot be read here; what was known before stays.")]
    public static partial void NotLearned(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Information, "This silo reads {Mine} of {All} partitions; {Silos} silos are active.")]
    public static partial void Share(this ILogger log, int mine, int all, int silos);

    [LoggerMessage(LogLevel.Warning, "An actor has lost what was delivered to it and not saved: partitions are read again from their durable positions.")]
    public static partial void ReadAgain(this ILogger log);
}
