using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Storage;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>What a server has made durable, read beside it or after it.</summary>
static class StoreReading
{
    public static async Task<IReadOnlyDictionary<string, ShipmentActor>> ShipmentsAsync(TestFolder folder, IReadOnlyList<string> keys)
        => (await LoadAsync(folder, ActorKind.Shipment, keys)).ToDictionary(row => row.Key, row => ShipmentEncoding.Read(row.State.Span));

    public static async Task<IReadOnlyDictionary<string, VehicleActor>> VehiclesAsync(TestFolder folder, IReadOnlyList<string> keys)
        => (await LoadAsync(folder, ActorKind.Vehicle, keys))
            .ToDictionary(row => row.Key, row => VehicleEncoding.Read(VehicleId.Parse(row.Key), row.State.Span, row.Cold is { } cold ? cold.Span : default));

    static async Task<IReadOnlyList<ActorSnapshot>> LoadAsync(TestFolder folder, ActorKind kind, IReadOnlyList<string> keys)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Store:Path", folder.Database)]).Build();
        await using var services = new ServiceCollection().AddTrackingStore(settings).BuildServiceProvider();
        var store = services.GetRequiredService<ITrackingStore>();
        await store.OpenToLookAsync(CancellationToken.None);
        return await store.LoadAsync(kind, keys, CancellationToken.None);
    }
}
