using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans;

public static class OrleansEngineServices
{
    /// <summary>Name of the grain storage.</summary>
    public const string Storage = "tracking";

    /// <summary>What grains need of their silo, and the engine over them. Needs a grain storage named <see cref="Storage"/> and an <see cref="ISleepers"/>.</summary>
    /// <param name="clock">Domain time; null: the <see cref="TimeProvider"/> of the services. Orleans itself goes by real time.</param>
    internal static IServiceCollection AddOrleansActors(this IServiceCollection services, TimeProvider? clock = null)
        => services
            .AddSingleton(provider => new SiloParts(
                clock ?? provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IUpdateSink>(), provider.GetRequiredService<IOutbox>(),
                provider.GetRequiredService<IFenceLog>(), provider.GetRequiredService<KnowledgeSource>(), provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<ILogger<OrleansEngine>>()))
            .AddSingleton(provider => new OrleansEngine(
                provider.GetRequiredService<SiloParts>(), provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<ISiloStatusOracle>(),
                provider.GetRequiredService<ISleepers>()));
}
