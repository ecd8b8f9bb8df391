using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace TrackingSilo.Ingestion.Refused;

static partial class RefusedTopicLog
{
    public static void Client(this ILogger<RefusedTopic> logger, LogMessage message)
        => logger.Client((LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), message.Facility, message.Message);

    public static void ClientError(this ILogger<RefusedTopic> logger, Error error) => logger.ClientError(error.Code, error.Reason);

    [LoggerMessage("Kafka client, {Facility}: {Message}")]
    static partial void Client(this ILogger logger, LogLevel level, string facility, string message);

    [LoggerMessage(LogLevel.Warning, "Refused messages: {Code}, {Reason}")]
    static partial void ClientError(this ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Warning, "The refusal of {Topic}[{Partition}] offset {Offset} is not written yet, its partition waits: {Reason}")]
    public static partial void NotWritten(this ILogger<RefusedTopic> logger, string topic, int partition, long offset, string reason);
}
