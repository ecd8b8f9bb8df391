using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Tests;

namespace TrackingSilo.Engine.Orleans.Tests;

public sealed class OrleansEngineTests : EngineContract
{
    readonly MemoryStates _states = new();

    protected override async Task<EngineHost> StartAsync(EngineWorld world)
        => await OrleansHost.StartAsync(world, silo => silo.Services.AddSingleton<ISleepers>(_states).AddKeyedSingleton<IGrainStorage>(OrleansEngineServices.Storage, _states));
}
