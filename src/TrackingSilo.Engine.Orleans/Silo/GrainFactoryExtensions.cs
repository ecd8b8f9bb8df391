using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Silo;

static class GrainFactoryExtensions
{
    public static IActorGrain Actor(this IGrainFactory grains, ActorKind kind, string key)
        => kind == ActorKind.Shipment ? grains.GetGrain<IShipmentGrain>(key) : grains.GetGrain<IVehicleGrain>(key);
}
