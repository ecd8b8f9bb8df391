using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Refused;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>Settles a batch of one partition: into the engine, what is refused into its topic, and only then is the partition read up to there.</summary>
sealed class FeedSettlement(ITrackingEngine engine, RefusedTopic refusedTopic, IngestionCounters counters, ILogger<FeedSettlement> logger)
{
    /// <summary>False: an actor had lost what was delivered to it before, so the partition has to go back behind its durable position.</summary>
    public async Task<bool> SettleAsync(PartitionFeed feed, FeedBatch batch, CancellationToken cancellationToken)
    {
        var result = batch.Reports.IsEmpty
            ? new DeliveryResult(false, [])
            : await engine.DeliverAsync(feed.Id, batch.Reports, cancellationToken);
        if (batch.HasRefusals || result.Refusals.Count > 0)
            await RefuseAsync(feed, batch, result, cancellationToken);
        if (result.Gap)
        {
            counters.Gaps.Add();
            logger.Gap(feed.Partition.Topic, feed.Partition.Partition, feed.LastOffsetOf(batch));
            return false;
        }
        engine.Advance(feed.Id, feed.LastOffsetOf(batch));
        return true;
    }

    async Task RefuseAsync(PartitionFeed feed, FeedBatch batch, DeliveryResult result, CancellationToken cancellationToken)
    {
        RefusedRecord[] refused = [.. feed.DecodersRefusalsOf(batch), .. result.Refusals.Select(feed.RefusedRecordOf)];
        Array.Sort(refused, (a, b) => a.Offset.CompareTo(b.Offset));
        await refusedTopic.WriteAsync(refused, cancellationToken);
        feed.RefusedUpTo = Math.Max(feed.RefusedUpTo, feed.LastOffsetOf(batch));
        foreach (var record in refused)
        {
            counters.Refused(record.Reason).Add();
            logger.Refused(record.Topic, record.Partition, record.Offset, record.Reason, record.Detail);
        }
    }
}
