using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>Counts of one shard: written by its loop only, read by anybody (a read may be a moment old).</summary>
sealed class ShardCounters
{
    public readonly long[] Applied = new long[Enum.GetValues<ReportKind>().Length];
    public readonly long[] Verdicts = new long[Enum.GetValues<FixVerdict>().Length];
    public readonly long[] Shipments = new long[Enum.GetValues<ShipmentStatus>().Length];
    public readonly long[] Milestones = new long[Enum.GetValues<MilestoneKind>().Length];
    public long Replayed, MilestonesMissed, FencesEntered, FencesExited, StopsDone, Tells, TellsConfirmed, TimersFired, ViewsPublished, Gaps,
        ActorFailures, ActorsLoaded, ActorsPassivated, ActorsWoken, OutboxEntriesHandedOver, OutboxEntriesSent, ArrivalsScored, ArrivalsInWindow, Vehicles;

    /// <summary>The sum over shards.</summary>
    public static EngineStatistics Sum(IReadOnlyList<ShardCounters> shards)
    {
        long Total(Func<ShardCounters, long> count) => shards.Sum(count);

        Dictionary<TKey, long> ByKind<TKey>(Func<ShardCounters, long[]> counts)
            where TKey : struct, Enum
            => Enum.GetValues<TKey>().ToDictionary(key => key, key => shards.Sum(shard => counts(shard)[Convert.ToInt32(key, null)]));

        return new EngineStatistics
        {
            Applied = ByKind<ReportKind>(shard => shard.Applied),
            Verdicts = ByKind<FixVerdict>(shard => shard.Verdicts),
            Shipments = ByKind<ShipmentStatus>(shard => shard.Shipments),
            Milestones = ByKind<MilestoneKind>(shard => shard.Milestones),
            Replayed = Total(shard => shard.Replayed),
            VehiclesInMemory = Total(shard => shard.Vehicles),
            MilestonesMissed = Total(shard => shard.MilestonesMissed),
            FencesEntered = Total(shard => shard.FencesEntered),
            FencesExited = Total(shard => shard.FencesExited),
            StopsDone = Total(shard => shard.StopsDone),
            Tells = Total(shard => shard.Tells),
            TellsConfirmed = Total(shard => shard.TellsConfirmed),
            TimersFired = Total(shard => shard.TimersFired),
            ViewsPublished = Total(shard => shard.ViewsPublished),
            Gaps = Total(shard => shard.Gaps),
            ActorFailures = Total(shard => shard.ActorFailures),
            ActorsLoaded = Total(shard => shard.ActorsLoaded),
            ActorsPassivated = Total(shard => shard.ActorsPassivated),
            ActorsWoken = Total(shard => shard.ActorsWoken),
            OutboxEntriesHandedOver = Total(shard => shard.OutboxEntriesHandedOver),
            OutboxEntriesSent = Total(shard => shard.OutboxEntriesSent),
            ArrivalsScored = Total(shard => shard.ArrivalsScored),
            ArrivalsInWindow = Total(shard => shard.ArrivalsInWindow),
        };
    }
}
