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
    public static async Task<IReadOnlyDictionary<string, ShipmentActor>> ShipmentsAsync(TestStore store, IReadOnlyList<string> keys)
        => (await LoadAsync(store, ActorKind.Shipment, keys)).ToDictionary(row => row.Key, row => ShipmentEncoding.Read(row.State.Span));

    public static async Task<IReadOnlyDictionary<string, VehicleActor>> VehiclesAsync(TestStore store, IReadOnlyList<string> keys)
        => (await LoadAsync(store, ActorKind.Vehicle, keys))
            .ToDictionary(row => row.Key, row => VehicleEncoding.Read(VehicleId.Parse(row.Key), row.State.Span, row.Cold is { } cold ? cold.Span : default));

    /// <summary>What <c>server verify</c> says of it: a hash of its facts, and how many there are.</summary>
    public static async Task<string> VerifyAsync(TestStore store)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(["verify", .. store.Arguments]);
        Assert.True(exitCode == 0, errors);
        return output.TrimEnd();
    }

    static async Task<IReadOnlyList<ActorSnapshot>> LoadAsync(TestStore store, ActorKind kind, IReadOnlyList<string> keys)
    {
        var settings = new ConfigurationBuilder().AddCommandLine([.. store.Arguments]).Build();
        await using var services = new ServiceCollection().AddTrackingStore(settings).BuildServiceProvider();
        var opened = services.GetRequiredService<ITrackingStore>();
        await opened.OpenToLookAsync(CancellationToken.None);
        return await opened.LoadAsync(kind, keys, CancellationToken.None);
    }
}
