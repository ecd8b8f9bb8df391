using Orleans.Concurrency;

namespace TrackingSilo.Engine.Orleans.Grains;

/// <summary>
/// An actor as the cluster calls it; its key is the shipment's or the vehicle's. Every call carries one value of bytes, in the encodings of <c>Engine/Snapshots</c> and of <see cref="Wire"/>.
/// </summary>
public interface IActorGrain : IGrainWithStringKey
{
    /// <summary>Takes reports of one partition in log order. Answers a <see cref="DeliveryAnswer"/>.</summary>
    Task<byte[]> DeliverAsync([Immutable] byte[] delivery);

    /// <summary>Makes its state durable, if it has changed. Takes a <see cref="FlushRequest"/>; answers the positions that it has applied, durable now.</summary>
    Task<byte[]> FlushAsync([Immutable] byte[] request);

    /// <summary>Looks at the time: what is due happens, what waits is tried again, and an idle actor leaves memory. A sleeping one wakes by being called.</summary>
    Task TickAsync();
}

public interface IShipmentGrain : IActorGrain
{
    /// <summary>Takes vehicles' words.</summary>
    Task HearAsync([Immutable] byte[] words);

    /// <summary>Takes a <see cref="FollowRequest"/>, answers a <c>FollowAnswer</c>. With a lease, views are published to <paramref name="watcher"/> until it ends.</summary>
    Task<byte[]> FollowAsync([Immutable] byte[] request, IWatcher watcher);

    /// <summary>Takes keys of outbox entries that have reached their topic.</summary>
    Task SentAsync([Immutable] byte[] outboxKeys);
}

public interface IVehicleGrain : IActorGrain
{
    /// <summary>Takes <see cref="ShipmentWords"/>: which shipments are watched, and what they hold durably.</summary>
    Task HearAsync([Immutable] byte[] words);

    /// <summary>Answers its <c>VehicleRoute</c>; empty: it has no manifest.</summary>
    Task<byte[]> RouteAsync();
}

/// <summary>One process that shows things: one for each silo and each edge, however many viewers it has.</summary>
public interface IWatcher : IGrainObserver
{
    /// <summary>A view of a shipment that the process follows.</summary>
    [OneWay]
    Task PublishAsync([Immutable] byte[] view);

    /// <summary>Vehicles' newest states.</summary>
    [OneWay]
    Task PublishFleetAsync([Immutable] byte[] vehicles);

    /// <summary>The vehicles in this process's memory.</summary>
    Task<byte[]> FleetAsync();
}
