using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace TrackingSilo.Notifications;

static partial class FenceTopicLog
{
    public static void Client(this ILogger<FenceTopic> logger, LogMessage message)
        => logger.Client((LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), message.Facility, message.Message);

    [LoggerMessage("Kafka client, {Facility}: {Message}")]
    static partial void Client(this ILogger logger, LogLevel level, string facility, string message);
}
