using Microsoft.Extensions.Logging;

namespace TrackingSilo.Push.Hubs;

sealed partial class HubWriter
{
    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Writing to a viewer failed; its connection is closed.")]
        public static partial void WriteFailed(ILogger logger, Exception exception);
    }
}
