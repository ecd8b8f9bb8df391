using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// Brings what vehicles have found out to the one learner, and what it has learned back to them as an immutable snapshot. Full, it drops the oldest: the
/// learner works on samples anyway.
/// </summary>
sealed class LearnerFeed(KnowledgeSource knowledge, TimeProvider clock)
{
    const string Document = "arrivals";

    readonly Channel<ArrivalScore> _scores = Bounded<ArrivalScore>();
    readonly Channel<LegObservation> _legs = Bounded<LegObservation>();
    ArrivalLearner _learner = new();
    long _learnedAt;

    public bool IsDue => clock.GetElapsedTime(_learnedAt) >= Limits.LearnerInterval;

    public void Add(in ArrivalScore score) => _scores.Writer.TryWrite(score);

    public void Add(in LegObservation leg) => _legs.Writer.TryWrite(leg);

    public async Task LoadAsync(ITrackingStore store, ILogger log, CancellationToken cancellationToken)
    {
        _learnedAt = clock.GetTimestamp();
        if (await store.LoadDocumentAsync(Document, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return;
        try
        {
            _learner = ArrivalLearner.Load(bytes);
            knowledge.Learned(_learner.Snapshot());
        }
        catch (InvalidDataException failure)
        {
            // What was learned can be learned again; parcels cannot wait for it.
            log.LearnedAgain(failure);
        }
    }

    /// <summary>Learns from all that has come, publishes it, and answers what to store.</summary>
    public IReadOnlyList<StoredDocument> Learn()
    {
        _learnedAt = clock.GetTimestamp();
        while (_legs.Reader.TryRead(out var leg))
            _learner.Observe(leg);
        while (_scores.Reader.TryRead(out var score))
            _learner.Observe(score);
        knowledge.Learned(_learner.Snapshot());
        return Documents();
    }

    public IReadOnlyList<StoredDocument> Documents() => [new StoredDocument(Document, _learner.Save())];

    static Channel<T> Bounded<T>()
        => Channel.CreateBounded<T>(new BoundedChannelOptions(Limits.LearnerBacklogMax) { FullMode = BoundedChannelFullMode.DropOldest });
}
