using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>Where the stored actors that want to be woken are found.</summary>
public interface ISleepers
{
    /// <summary>
    /// A page of the actors due at or before <paramref name="due"/>, ordered by (due, kind, key): those behind <paramref name="after"/> (null: from the earliest), at most
    /// <paramref name="limit"/>. Fewer than that: there are no more.
    /// </summary>
    /// <param name="share">Only those whose key falls to this one, from 0, …</param>
    /// <param name="shares">… of so many.</param>
    Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, int share, int shares, CancellationToken cancellationToken);
}
