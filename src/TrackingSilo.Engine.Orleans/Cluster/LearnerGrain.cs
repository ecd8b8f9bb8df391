using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Engine.Orleans.Grains;

namespace TrackingSilo.Engine.Orleans.Cluster;

/// <summary>The cluster's one learner of arrivals.</summary>
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Takes <see cref="ArrivalTruths"/>, answers all that is known, as <c>ArrivalLearner</c> saves it.</summary>
    Task<byte[]> LearnAsync([Immutable] byte[] truths);
}

/// <summary>What became of estimates, and completed legs.</summary>
sealed record ArrivalTruths(IReadOnlyList<ArrivalScore> Scores, IReadOnlyList<LegObservation> Legs);

sealed class LearnerGrain([PersistentState("learner", OrleansEngineServices.Storage)] IPersistentState<GrainBytes> stored) : Grain, ILearnerGrain
{
    ArrivalLearner _learner = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.RecordExists)
            _learner = ArrivalLearner.Load(StoredActor.Read(stored.State.Value).State.ToArray());
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<byte[]> LearnAsync(byte[] truths)
    {
        var (scores, legs) = Wire.Read(truths, WireJson.Default.ArrivalTruths);
        foreach (var leg in legs)
            _learner.Observe(leg);
        foreach (var score in scores)
            _learner.Observe(score);
        var learned = _learner.Save();
        if (scores.Count + legs.Count > 0)
        {
            stored.State.Value = new StoredActor(null, learned, default).Write();
            await stored.WriteStateAsync();
        }
        return learned;
    }
}
