using Npgsql;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Storage.Postgres;

/// <summary>The schema's version, and the way up to the newest. Every call stands within a transaction of the caller's.</summary>
static class PostgresSchema
{
    static readonly IReadOnlyList<Migration> s_migrations = Migration.Of("Postgres");

    /// <summary>Lets one server at a time look at the schema and the lease, until the transaction ends.</summary>
    public static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
        => connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext('TrackingSilo'))", [], cancellationToken);

    /// <summary>0 for an empty database.</summary>
    /// <exception cref="StoreTooNewException">The database is a later program's.</exception>
    public static async Task<int> ReadVersionAsync(NpgsqlConnection connection, string store, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY)", [], cancellationToken);
        var version = (int?)await connection.ScalarAsync("SELECT max(version) FROM schema_version", [], cancellationToken) ?? 0;
        return version <= s_migrations.Count ? version : throw Migration.TooNew(store, version, s_migrations.Count);
    }

    /// <summary>Applies the migrations after <paramref name="version"/> up to <paramref name="last"/>.</summary>
    public static async Task MigrateAsync(NpgsqlConnection connection, int version, int last, CancellationToken cancellationToken)
    {
        foreach (var migration in s_migrations.Where(m => m.Version > version && m.Version <= last))
        {
            await connection.ExecuteAsync(migration.Sql, [], cancellationToken);
            await connection.ExecuteAsync("INSERT INTO schema_version (version) VALUES (@version)", [("version", migration.Version)], cancellationToken);
        }
    }
}
