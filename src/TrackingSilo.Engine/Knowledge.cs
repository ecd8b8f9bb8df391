using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geofences;

namespace TrackingSilo.Engine;

/// <summary>What all actors may know beside their own state: immutable, read once per message.</summary>
public sealed record Knowledge(GeofenceIndex Fences, ArrivalModel Arrivals);

/// <summary>Where the present <see cref="Knowledge"/> stands. Writers swap it whole; readers keep what they have read.</summary>
public sealed class KnowledgeSource
{
    readonly Lock _writing = new();
    volatile Knowledge _current = new(GeofenceIndex.Empty, ArrivalModel.Untrained);

    public Knowledge Current => _current;

    public void Fenced(GeofenceIndex fences)
    {
        lock (_writing)
            _current = _current with { Fences = fences };
    }

    public void Learned(ArrivalModel arrivals)
    {
        lock (_writing)
            _current = _current with { Arrivals = arrivals };
    }
}
