using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Hosting;

/// <summary>Counts of one host of actors, read by anybody (a read may be a moment old). A host on one thread counts plainly, one on many threads with <see cref="Interlocked"/>.</summary>
public sealed class EngineCounters
{
#pragma warning disable CA1051 // fields, because Interlocked takes references
    public readonly long[] Applied = new long[Enum.GetValues<ReportKind>().Length];
    public readonly long[] Verdicts = new long[Enum.GetValues<FixVerdict>().Length];
    public readonly long[] Shipments = new long[Enum.GetValues<ShipmentStatus>().Length];
    public readonly long[] Milestones = new long[Enum.GetValues<MilestoneKind>().Length];
    public readonly long[] FenceEvents = new long[Enum.GetValues<FenceEventKind>().Length];
    public long Replayed, MilestonesMissed, FenceRetractions, StopsDone, Tells, TellsConfirmed, TimersFired, ViewsPublished, Gaps,
        ActorFailures, ActorsLoaded, ActorsPassivated, ActorsWoken, OutboxEntriesHandedOver, OutboxEntriesSent, ArrivalsScored, ArrivalsInWindow, Vehicles;
#pragma warning restore CA1051

    /// <summary>The sum over hosts.</summary>
    public static EngineStatistics Sum(IReadOnlyList<EngineCounters> hosts)
    {
        long Total(Func<EngineCounters, long> count) => hosts.Sum(count);

        Dictionary<TKey, long> ByKind<TKey>(Func<EngineCounters, long[]> counts)
            where TKey : struct, Enum
            => Enum.GetValues<TKey>().ToDictionary(key => key, key => hosts.Sum(host => counts(host)[Convert.ToInt32(key, null)]));

        return new EngineStatistics
        {
            Applied = ByKind<ReportKind>(host => host.Applied),
            Verdicts = ByKind<FixVerdict>(host => host.Verdicts),
            Shipments = ByKind<ShipmentStatus>(host => host.Shipments),
            Milestones = ByKind<MilestoneKind>(host => host.Milestones),
            Replayed = Total(host => host.Replayed),
            VehiclesInMemory = Total(host => host.Vehicles),
            MilestonesMissed = Total(host => host.MilestonesMissed),
            FencesEntered = Total(host => host.FenceEvents[(int)FenceEventKind.Entered]),
            FencesExited = Total(host => host.FenceEvents[(int)FenceEventKind.Exited]),
            FencesDwelled = Total(host => host.FenceEvents[(int)FenceEventKind.Dwelled]),
            FencesCrossed = Total(host => host.FenceEvents[(int)FenceEventKind.Crossed]),
            FenceRetractions = Total(host => host.FenceRetractions),
            StopsDone = Total(host => host.StopsDone),
            Tells = Total(host => host.Tells),
            TellsConfirmed = Total(host => host.TellsConfirmed),
            TimersFired = Total(host => host.TimersFired),
            ViewsPublished = Total(host => host.ViewsPublished),
            Gaps = Total(host => host.Gaps),
            ActorFailures = Total(host => host.ActorFailures),
            ActorsLoaded = Total(host => host.ActorsLoaded),
            ActorsPassivated = Total(host => host.ActorsPassivated),
            ActorsWoken = Total(host => host.ActorsWoken),
            OutboxEntriesHandedOver = Total(host => host.OutboxEntriesHandedOver),
            OutboxEntriesSent = Total(host => host.OutboxEntriesSent),
            ArrivalsScored = Total(host => host.ArrivalsScored),
            ArrivalsInWindow = Total(host => host.ArrivalsInWindow),
        };
    }
}
