using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Consumers;

static partial class FeedSettlementLog
{
    [LoggerMessage(LogLevel.Warning, "{Topic}[{Partition}] goes back behind its durable position: an actor had not what was delivered before offset {Offset}")]
    public static partial void Gap(this ILogger<FeedSettlement> logger, string topic, int partition, long offset);

    // Many may be wrong at once, and each is in its topic: not above Debug.
    [LoggerMessage(LogLevel.Debug, "Refused {Topic}[{Partition}] offset {Offset}, {Reason}: {Detail}")]
    public static partial void Refused(this ILogger<FeedSettlement> logger, string topic, int partition, long offset, RefusalReason reason, string detail);
}
