using Microsoft.Extensions.Logging;

namespace TrackingSilo.Push.Feeds;

sealed partial class LeaseKeeper
{
    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Renewing the lease of a followed shipment failed; it is tried again.")]
        public static partial void RenewalFailed(ILogger logger, Exception exception);
    }
}
