using Microsoft.Extensions.Logging;

namespace TrackingSilo.Storage.Leases;

static partial class LeaseWatch
{
    [LoggerMessage(LogLevel.Information, "{Store} is held by {Lease}; waiting up to {Duration} to see whether that server still renews its lease")]
    static partial void Waiting(ILogger logger, string store, Lease lease, TimeSpan duration);

    [LoggerMessage(LogLevel.Warning, "Took {Store} over from {Lease}, which did not give it back")]
    static partial void TookOver(ILogger logger, string store, Lease lease);

    [LoggerMessage(LogLevel.Warning, "The lease on {Store} could not be given back; the next server may have to wait {Duration}")]
    public static partial void NotReleased(ILogger logger, Exception exception, string store, TimeSpan duration);
}
