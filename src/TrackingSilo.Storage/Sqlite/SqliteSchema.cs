using Microsoft.Data.Sqlite;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Storage.Sqlite;

/// <summary>The schema's version, and the way up to the newest. Every call stands within a transaction of the caller's.</summary>
static class SqliteSchema
{
    static readonly IReadOnlyList<Migration> s_migrations = Migration.Of("Sqlite");

    /// <summary>0 for a new file.</summary>
    /// <exception cref="StoreTooNewException">The file is a later program's.</exception>
    public static int ReadVersion(SqliteConnection connection, string store)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT");
        var version = Convert.ToInt32(connection.Scalar("SELECT max(version) FROM schema_version"), null);
        return version <= s_migrations.Count ? version : throw Migration.TooNew(store, version, s_migrations.Count);
    }

    /// <summary>Applies the migrations after <paramref name="version"/> up to <paramref name="last"/>.</summary>
    public static void Migrate(SqliteConnection connection, int version, int last)
    {
        foreach (var migration in s_migrations.Where(m => m.Version > version && m.Version <= last))
        {
            connection.Execute(migration.Sql);
            connection.Execute("INSERT INTO schema_version (version) VALUES (@version)", ("@version", migration.Version));
        }
    }
}
