using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace TrackingSilo.Notifications;

// Shipments and keys only: whom a message is for stands in no log.
static partial class OutboxDispatcherLog
{
    public static void Client(this ILogger<OutboxDispatcher> logger, LogMessage message)
        => logger.Client((LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), message.Facility, message.Message);

    [LoggerMessage("Kafka client, {Facility}: {Message}")]
    static partial void Client(this ILogger logger, LogLevel level, string facility, string message);

    [LoggerMessage(LogLevel.Warning, "The message {Key} of {Shipment} was not sent and will be tried again: {Reason}")]
    public static partial void NotSent(this ILogger<OutboxDispatcher> logger, string shipment, string key, string reason);

    [LoggerMessage(LogLevel.Warning, "Messages of {Shipment} were sent, but the engine did not take the confirmation: they will be sent again under the same keys")]
    public static partial void NotConfirmed(this ILogger<OutboxDispatcher> logger, Exception exception, string shipment);
}
