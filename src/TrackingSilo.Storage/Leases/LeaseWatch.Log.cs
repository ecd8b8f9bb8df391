using Microsoft.Extensions.Logging;

namespace TrackingSilo.Storage.Leases;

static partial class LeaseWatch
{
    [LoggerMessage(LogLevel.Information, "{Store} is held by {Lease}; waiting up to {Duration} to see whether that server still renews its lease")]
    static partial void Waiting(ILogger logger, string store, Lease lease, TimeSpan duration);

    [LoggerMessage(LogLevel.Warning, "Took {Store} over from {Lease}, which did not give it back")]
    static partial void TookOver(ILogger logger, string store, Lease lease);
}
