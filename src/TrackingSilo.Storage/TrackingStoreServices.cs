using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Storage.Sqlite;

namespace TrackingSilo.Storage;

public static class TrackingStoreServices
{
    /// <summary>
    /// The store that the settings name. <c>Store:Kind</c>: <c>sqlite</c> (the default) with <c>Store:Path</c>, a file; or <c>postgres</c> with
    /// <c>Store:ConnectionString</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what it should be.</exception>
    public static IServiceCollection AddTrackingStore(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.GetSection("Store");
        // Leases last in real time: the clock of the services may be a replay's.
        return settings["Kind"]?.ToLowerInvariant() switch
        {
            null or "" or "sqlite" => AddSqlite(services, settings),
            var kind => throw new InvalidOperationException($"Store:Kind is '{kind}': it must be sqlite or postgres."),
        };
    }

    static IServiceCollection AddSqlite(IServiceCollection services, IConfigurationSection settings)
    {
        var path = settings["Path"] is { Length: > 0 } set ? set : "data/tracking.db";
        if (path.Contains('\0', StringComparison.Ordinal) || Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new InvalidOperationException($"Store:Path is '{path}': it must be a file, such as data/tracking.db.");
        return services.AddSingleton<ITrackingStore>(provider => new SqliteStore(path, TimeProvider.System, provider.GetService<ILogger<SqliteStore>>()));
    }
}
