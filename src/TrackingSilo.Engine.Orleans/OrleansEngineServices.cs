using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Orleans.Postgres;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans;

public static class OrleansEngineServices
{
    /// <summary>Name of the grain storage.</summary>
    public const string Storage = "tracking";

    const string Invariant = "Npgsql";

    /// <summary>
    /// A silo of a cluster on PostgreSQL, by <see cref="ClusterSettings"/>. It joins before whatever is registered after it starts, and leaves after that has stopped. Needs an
    /// <see cref="IUpdateSink"/>, an <see cref="IOutbox"/>, a <see cref="KnowledgeSource"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what it should be.</exception>
    public static IHostApplicationBuilder AddOrleansSilo(this IHostApplicationBuilder builder)
    {
        var settings = ClusterSettings.Of(builder.Configuration);
        builder.Services.AddClusterDatabase(settings).AddHostedService<ClusterSchemaService>();
        builder.UseOrleans(silo => silo.UsePostgres(settings));
        builder.Services
            .AddSingleton<ISleepers>(provider => new PostgresSleepers(provider.GetRequiredService<NpgsqlDataSource>(), settings.Id))
            .AddOrleansActors()
            .AddSingleton<ITrackingEngine>(provider => provider.GetRequiredService<OrleansEngine>())
            .AddHostedService<OrleansEngineService>();
        return builder;
    }

    /// <summary>An edge of a cluster: viewers without actors. Needs an <see cref="IUpdateSink"/> and a <see cref="TimeProvider"/>.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what it should be.</exception>
    public static IHostApplicationBuilder AddOrleansEdge(this IHostApplicationBuilder builder)
    {
        var settings = ClusterSettings.Of(builder.Configuration);
        builder.Services.AddClusterDatabase(settings).AddHostedService<ClusterSchemaService>();
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Id, settings.Id))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, settings.ConnectionString))
            // Silos may start later than edges do.
            .UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(Limits.CallRetry, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                return true;
            }));
        builder.Services
            .AddSingleton(provider => new EdgeEngine(
                provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<IUpdateSink>(), TimeProvider.System, provider.GetRequiredService<ILogger<EdgeEngine>>()))
            .AddSingleton<ITrackingEngine>(provider => provider.GetRequiredService<EdgeEngine>())
            .AddHostedService<EdgeEngineService>();
        return builder;
    }

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

    /// <summary>Grain states in the cluster's database.</summary>
    internal static ISiloBuilder AddPostgresGrainStorage(this ISiloBuilder silo, string connectionString)
        => silo.AddAdoNetGrainStorage(Storage, options =>
        {
            (options.Invariant, options.ConnectionString) = (Invariant, connectionString);
            options.GrainStorageSerializer = new GrainBytesSerializer();
            options.DeleteStateOnClear = true;
        });

    static void UsePostgres(this ISiloBuilder silo, ClusterSettings settings)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Id, settings.Id));
        silo.Configure<SiloOptions>(options => options.SiloName = settings.SiloName);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, settings.ConnectionString));
        silo.AddPostgresGrainStorage(settings.ConnectionString);
        if (settings.AdvertisedAddress is { } address)
            silo.ConfigureEndpoints(address, settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: !System.Net.IPAddress.IsLoopback(address));
        else
            silo.ConfigureEndpoints(settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: true);
        // A dead silo is noticed within some ten seconds instead of half a minute: until then what only it knows stands still.
        silo.Configure<ClusterMembershipOptions>(options => (options.ProbeTimeout, options.TableRefreshTimeout) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15)));
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = 2 * Limits.IdleBeforePassivation); // ours comes first, it knows who may leave
    }

    static IServiceCollection AddClusterDatabase(this IServiceCollection services, ClusterSettings settings)
    {
        // Orleans lives in real time, whatever the domain's clock does.
        services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(settings.ConnectionString));
        services.AddSingleton(provider => new ClusterDocuments(provider.GetRequiredService<NpgsqlDataSource>(), settings.Id));
        services.AddOptions<KeyManagementOptions>().Configure<NpgsqlDataSource>((options, database) => options.XmlRepository = new SharedKeys(database));
        return services;
    }
}

/// <summary>Brings the cluster's database up to date before anything else starts.</summary>
sealed class ClusterSchemaService(NpgsqlDataSource database) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ClusterSchema.ApplyAsync(database, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            throw new InvalidOperationException($"The cluster's database cannot be used: {failure.Message}", failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Begins and ends the engine's part of a silo. Ingestion has stopped before it does.</summary>
sealed class OrleansEngineService(OrleansEngine engine) : IHostedService
{
    bool _started;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.StartAsync(cancellationToken).ConfigureAwait(false);
        _started = true;
    }

    // What cannot be saved now is read again from the log by whoever has these partitions next.
    public Task StopAsync(CancellationToken cancellationToken) => _started ? engine.StopAsync(cancellationToken) : engine.DisposeAsync().AsTask();
}

sealed class EdgeEngineService(EdgeEngine engine) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => engine.DisposeAsync().AsTask();
}
