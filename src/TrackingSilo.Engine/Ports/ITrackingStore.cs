using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Ports;

/// <summary>
/// Where the embedded engine keeps snapshots of actors and the log positions that they led to. One server at a time: a lease in the store says whose it is.
/// </summary>
public interface ITrackingStore : IAsyncDisposable
{
    /// <summary>
    /// Brings the schema up to date, takes the lease and begins a new run. Waits while a lease whose holder has stopped renewing runs out.
    /// </summary>
    /// <returns>The run, greater than every earlier one.</returns>
    /// <exception cref="StoreHeldException">Another server is using the store.</exception>
    /// <exception cref="StoreTooNewException">A later version of the program has written it.</exception>
    Task<long> OpenAsync(string holder, CancellationToken cancellationToken);

    /// <summary>Opens it for reading only, beside whichever server uses it: loads and look-ups work, all else says that it is not open.</summary>
    /// <exception cref="IOException">There is no such store.</exception>
    Task OpenToLookAsync(CancellationToken cancellationToken);

    /// <summary>Renews the lease; called every <see cref="Limits.LeaseRenewal"/>.</summary>
    /// <exception cref="StoreHeldException">The lease was lost: this server must stop.</exception>
    Task RenewLeaseAsync(CancellationToken cancellationToken);

    /// <summary>Gives each partition its number (a new one where the store has not seen it) and answers, in the same order, how far it is durable.</summary>
    Task<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken);

    /// <summary>Snapshots of those keys that the store has, in any order.</summary>
    Task<IReadOnlyList<ActorSnapshot>> LoadAsync(ActorKind kind, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>A page of all actors of one kind, in the order of their keys' bytes: those behind <paramref name="after"/> (empty: from the first), at most <paramref name="limit"/>. Fewer than that: there are no more.</summary>
    Task<IReadOnlyList<ActorSnapshot>> PageAsync(ActorKind kind, string after, int limit, CancellationToken cancellationToken);

    /// <summary>Saves all of it in one transaction, or nothing.</summary>
    /// <exception cref="StoreHeldException">The lease was lost: nothing was saved.</exception>
    Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>
    /// A page of the actors due at or before <paramref name="due"/>, ordered by (due, kind, key), from an index: those behind <paramref name="after"/> (null: from the
    /// earliest), at most <paramref name="limit"/>. Fewer than that: there are no more.
    /// </summary>
    Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, CancellationToken cancellationToken);

    /// <summary>A document that is no actor's (what was learned, …); null where there is none.</summary>
    Task<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellationToken);
}

public enum ActorKind : byte
{
    Shipment = 1,
    Vehicle = 2,
}

/// <summary>One actor as it stands in the store.</summary>
/// <param name="NextDueAt">When it wants to be woken without input; null: never.</param>
/// <param name="State">Its encoded state; empty in a checkpoint: the actor is finished and its row goes.</param>
/// <param name="Cold">The part that seldom changes (a vehicle's manifest); null in a checkpoint: as it was; null from a load: there is none. Mind that a null array converts to an empty part, not to null.</param>
public readonly record struct ActorSnapshot(ActorKind Kind, string Key, DateTimeOffset? NextDueAt, ReadOnlyMemory<byte> State, ReadOnlyMemory<byte>? Cold);

/// <summary>An actor that wants to be woken.</summary>
public readonly record struct DueActor(ActorKind Kind, string Key, DateTimeOffset DueAt);

/// <summary>What one checkpoint saves.</summary>
public sealed record Checkpoint(
    IReadOnlyList<ActorSnapshot> Actors, IReadOnlyList<LogPosition> Positions, IReadOnlyList<StoredDocument> Documents);

public sealed record StoredDocument(string Name, ReadOnlyMemory<byte> Content);

/// <summary>Another server holds the store; the message says who.</summary>
public sealed class StoreHeldException(string message) : Exception(message);

/// <summary>The store's schema is of a later program; the message says which versions.</summary>
public sealed class StoreTooNewException(string message) : Exception(message);
