using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Ingestion.Consumers;

static partial class ConsumersLog
{
    public static void Client(this ILogger logger, LogMessage message)
        => logger.Client((LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), message.Facility, message.Message);

    [LoggerMessage("Kafka client, {Facility}: {Message}")]
    static partial void Client(this ILogger logger, LogLevel level, string facility, string message);

    [LoggerMessage(LogLevel.Information, "Input is {State}")]
    public static partial void Input(this ILogger<InputSwitch> logger, InputState state);

    [LoggerMessage(LogLevel.Warning, "Waiting for the log at {Servers}: {Reason}")]
    public static partial void Waiting(this ILogger<LogWatch> logger, string servers, string reason);

    [LoggerMessage(LogLevel.Warning, "The log at {Servers} does not answer: {Reason}")]
    public static partial void NoAnswer(this ILogger<LogWatch> logger, string servers, string reason);

    [LoggerMessage(LogLevel.Warning, "{Topic} has got another partition, {Partition}: restart to read it")]
    public static partial void NewPartition(this ILogger<LogWatch> logger, string topic, int partition);

    [LoggerMessage(LogLevel.Information, "Reading {Topic}[{Partition}] from offset {Offset}, it ends at {End}")]
    public static partial void Reading(this ILogger<KafkaIngestion> logger, string topic, int partition, long offset, long end);

    [LoggerMessage(LogLevel.Critical, "{Reason}")]
    public static partial void Stopped(this ILogger<KafkaIngestion> logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The last that was read is not durable; it is read again")]
    public static partial void NotFlushed(this ILogger<KafkaIngestion> logger, Exception exception);

    [LoggerMessage(LogLevel.Critical, "Reading the log has failed; the server stops")]
    public static partial void Failed(this ILogger<KafkaIngestion> logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Lost} records of {Topic}[{Partition}] before offset {Offset} are not in the log any more and were never read: accepted as lost")]
    public static partial void GapAccepted(this ILogger logger, string topic, int partition, long lost, long offset);

    [LoggerMessage(LogLevel.Warning, "Reading {Topic}: {Code}, {Reason}")]
    public static partial void ReadError(this ILogger<TopicConsumer> logger, string topic, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Warning, "{Topic} waits for the engine; fetching stops until it goes on")]
    public static partial void Holding(this ILogger<TopicConsumer> logger, string topic);

    [LoggerMessage(LogLevel.Information, "{Topic} goes on")]
    public static partial void GoingOn(this ILogger<TopicConsumer> logger, string topic);

    [LoggerMessage(LogLevel.Warning, "{Topic}[{Partition}] leaves out {Missing} offsets before {Offset}")]
    public static partial void Hole(this ILogger<TopicConsumer> logger, string topic, int partition, long missing, long offset);

    [LoggerMessage(LogLevel.Warning, "{Topic}[{Partition}]: offset {Offset} was not committed: {Reason}")]
    public static partial void NotCommitted(this ILogger<TopicConsumer> logger, string topic, int partition, long offset, string reason);
}
