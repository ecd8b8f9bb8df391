using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Engine.Orleans.Cluster;
using TrackingSilo.Engine.Orleans.Grains;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>
/// Brings what this silo's vehicles have found out to the cluster's one learner, and what it has learned back to them as an immutable snapshot. Full, it drops the oldest: the learner works on
/// samples anyway.
/// </summary>
sealed class LearnerPost(KnowledgeSource knowledge, IGrainFactory grains, ILogger log)
{
    readonly Channel<ArrivalScore> _scores = Bounded<ArrivalScore>();
    readonly Channel<LegObservation> _legs = Bounded<LegObservation>();

    public void Add(in ArrivalScore score) => _scores.Writer.TryWrite(score);

    public void Add(in LegObservation leg) => _legs.Writer.TryWrite(leg);

    /// <summary>Says what is new, and takes what is known.</summary>
    public async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        var truths = Wire.Write(new ArrivalTruths(Take(_scores), Take(_legs)), WireJson.Default.ArrivalTruths);
        var learned = await grains.GetGrain<ILearnerGrain>("arrivals").LearnAsync(truths).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            knowledge.Learned(ArrivalLearner.Load(learned).Snapshot());
        }
        catch (InvalidDataException failure)
        {
            log.NotLearned(failure); // a later program's: what was known before stays
        }
    }

    static List<T> Take<T>(Channel<T> channel)
    {
        var taken = new List<T>();
        while (taken.Count < Limits.LearnerBacklogMax && channel.Reader.TryRead(out var truth))
            taken.Add(truth);
        return taken;
    }

    static Channel<T> Bounded<T>()
        => Channel.CreateBounded<T>(new BoundedChannelOptions(Limits.LearnerBacklogMax) { FullMode = BoundedChannelFullMode.DropOldest });
}
