using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Tests;

namespace TrackingSilo.Engine.Orleans.Tests;

/// <summary>A cluster of one silo under test.</summary>
sealed class OrleansHost : EngineHost
{
    readonly InProcessTestCluster _cluster;
    readonly OrleansEngine _engine;
    bool _ended;

    OrleansHost(InProcessTestCluster cluster, OrleansEngine engine) => (_cluster, _engine) = (cluster, engine);

    public override ITrackingEngine Engine => _engine;

    /// <param name="storage">Registers the grain storage and where sleepers are found.</param>
    public static async Task<OrleansHost> StartAsync(EngineWorld world, Action<ISiloBuilder> storage)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = "tests";
        builder.ConfigureSilo((_, silo) =>
        {
            storage(silo);
            var knowledge = new KnowledgeSource();
            knowledge.Fenced(world.Fences);
            silo.Services.AddSingleton<IUpdateSink>(world.Sink).AddSingleton<IOutbox>(world.Outbox).AddSingleton<IFenceLog>(world.FenceLog)
                .AddSingleton(knowledge).AddOrleansActors(world.Clock);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var engine = cluster.GetSiloServiceProvider().GetRequiredService<OrleansEngine>();
        await engine.StartAsync(default);
        return new OrleansHost(cluster, engine);
    }

    public override async Task DropAsync(ActorKind kind, string key)
    {
        Assert.True(_engine.Forget(kind, key), $"{kind} {key} is not in memory.");
        var grains = _cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>();
        await _cluster.DeactivateAsync(grains.Actor(kind, key));
    }

    public override async Task SettleAsync()
    {
        // A tell may lead to a tell: shipment to vehicle and back is the longest way.
        for (var round = 0; round < 4; round++)
            await _engine.TickAsync();
    }

    public override async Task CrashAsync()
    {
        if (_ended)
            return;
        _ended = true;
        await _engine.DisposeAsync();
        _engine.ForgetAll();
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    public override async ValueTask DisposeAsync() => await CrashAsync();
}
