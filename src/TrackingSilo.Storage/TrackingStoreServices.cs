using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Storage.Postgres;
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
            "postgres" => AddPostgres(services, settings),
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

    static IServiceCollection AddPostgres(IServiceCollection services, IConfigurationSection settings)
    {
        var connectionString = settings["ConnectionString"];
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new InvalidOperationException("Store:ConnectionString is missing: with Store:Kind postgres it says where the database is, such as Host=localhost;Database=tracking;Username=tracking.");
        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host))
                throw new InvalidOperationException("Store:ConnectionString names no Host.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InvalidOperationException($"Store:ConnectionString is no connection string of Npgsql: {e.Message}");
        }
        return services.AddSingleton<ITrackingStore>(provider => new PostgresStore(connectionString, TimeProvider.System, provider.GetService<ILogger<PostgresStore>>()));
    }
}
