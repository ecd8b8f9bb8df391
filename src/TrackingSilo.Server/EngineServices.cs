using TrackingSilo.Engine.Embedded;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Server.Fences;
#if WITH_ORLEANS
using TrackingSilo.Engine.Orleans;
using TrackingSilo.Engine.Orleans.Postgres;
#endif

namespace TrackingSilo.Server;

/// <summary>What a server is in its cluster. A server that is alone is all.</summary>
enum ServerRole
{
    /// <summary>Actors and viewers.</summary>
    All,

    /// <summary>Actors: reads the log, decides, notifies.</summary>
    Silo,

    /// <summary>Viewers: pages, hub and gateway, so that they scale apart from actors.</summary>
    Edge,
}

static class EngineServices
{
    public static bool HasActors(this ServerRole role) => role != ServerRole.Edge;

    public static bool HasViewers(this ServerRole role) => role != ServerRole.Silo;

    /// <summary><c>Engine</c>: <c>embedded</c> (the default) or <c>orleans</c>; with Orleans <c>Role</c>: <c>all</c> (the default), <c>silo</c> or <c>edge</c>.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what it should be.</exception>
    public static ServerRole AddTrackingEngine(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        switch (settings["Engine"])
        {
            case null or "" or "embedded":
                if (settings["Role"] is { Length: > 0 } set && set != "all")
                    throw new InvalidOperationException($"Role is '{set}': only servers with Engine orleans have roles.");
                builder.Services.AddEmbeddedEngine(settings).AddSingleton(provider =>
                {
                    var store = provider.GetRequiredService<ITrackingStore>();
                    return new StoredDocuments(store.LoadDocumentAsync, (documents, cancellationToken) => store.SaveAsync(new Checkpoint([], [], documents), cancellationToken));
                });
                return ServerRole.All;
            case "orleans":
                return builder.AddOrleans(settings["Role"] switch
                {
                    null or "" or "all" => ServerRole.All,
                    "silo" => ServerRole.Silo,
                    "edge" => ServerRole.Edge,
                    var role => throw new InvalidOperationException($"Role is '{role}': it must be all, silo or edge."),
                });
            case var engine:
                throw new InvalidOperationException($"Engine is '{engine}': it must be embedded or orleans.");
        }
    }

#if WITH_ORLEANS
    /// <summary>Whether the server is a member of its cluster as the others see it; one that is alone always is.</summary>
    public static bool IsInCluster(this IServiceProvider services) => services.GetService<ISiloStatusOracle>() is null or { CurrentStatus: SiloStatus.Active };

    static ServerRole AddOrleans(this WebApplicationBuilder builder, ServerRole role)
    {
        if (role.HasActors())
            builder.AddOrleansSilo().Services.AddSingleton(provider =>
            {
                var documents = provider.GetRequiredService<ClusterDocuments>();
                return new StoredDocuments(documents.LoadAsync, documents.SaveAsync);
            });
        else
            builder.AddOrleansEdge();
        if (!role.HasViewers())
            builder.Services.AddSingleton<IUpdateSink, NobodyLooks>();
        return role;
    }

    /// <summary>The sink of a silo without viewers of its own; edges are told as observers.</summary>
    sealed class NobodyLooks : IUpdateSink
    {
        public bool FleetIsWatched => false;

        public void Publish(PublishedView view)
        {
        }

        public void Publish(in VehicleView view)
        {
        }
    }
#else
    /// <summary>A server that is alone needs nobody's leave.</summary>
    public static bool IsInCluster(this IServiceProvider services) => services is not null;

    static ServerRole AddOrleans(this WebApplicationBuilder builder, ServerRole role)
        => throw new InvalidOperationException($"Engine is orleans, Role is {role}, but {builder.Environment.ApplicationName} was built without Orleans: build it with -p:WithOrleans=true.");
#endif
}
