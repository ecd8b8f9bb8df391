using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;

namespace TrackingSilo.Engine;

/// <summary>What all actors may know beside their own state: immutable, read once per message.</summary>
/// <param name="Fences">In force now.</param>
/// <param name="Arrivals">What was learned.</param>
/// <param name="Rungs">What merchants' recipients are told of the countdown.</param>
public sealed record Knowledge(GeofenceIndex Fences, ArrivalModel Arrivals, CountdownRungs Rungs);

/// <summary>Where the present <see cref="Knowledge"/> stands. Writers swap it whole; readers keep what they have read.</summary>
public sealed class KnowledgeSource
{
    readonly Lock _writing = new();
    volatile Knowledge _current = new(GeofenceIndex.Empty, ArrivalModel.Untrained, CountdownRungs.Default);

    public Knowledge Current => _current;

    public void Fenced(GeofenceIndex fences)
    {
        lock (_writing)
            _current = _current with { Fences = fences };
    }

    public void Chosen(CountdownRungs rungs)
    {
        lock (_writing)
            _current = _current with { Rungs = rungs };
    }

    public void Learned(ArrivalModel arrivals)
    {
        lock (_writing)
            _current = _current with { Arrivals = arrivals };
    }
}
