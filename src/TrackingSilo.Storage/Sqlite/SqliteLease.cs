using Microsoft.Data.Sqlite;
using TrackingSilo.Storage.Leases;

namespace TrackingSilo.Storage.Sqlite;

/// <summary>The lease's row. Every call stands within a transaction of the caller's.</summary>
static class SqliteLease
{
    public static Lease? Read(SqliteConnection connection)
    {
        using var command = connection.Prepare("SELECT holder, host, process_scope, pid, process_start, token, taken_at, expires_at FROM lease");
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return null;
        return new Lease(
            reader.GetString(0), new ServerProcess(reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4)), reader.GetString(5),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)));
    }

    public static void Take(SqliteConnection connection, string holder, ServerProcess process, string token, DateTimeOffset now, TimeSpan duration)
        => connection.Execute(
            """
            INSERT OR REPLACE INTO lease (one, holder, host, pid, process_scope, process_start, token, taken_at, expires_at)
            VALUES (1, @holder, @host, @pid, @scope, @start, @token, @now, @expires)
            """,
            ("@holder", holder), ("@host", process.Host), ("@pid", process.Pid), ("@scope", process.Scope), ("@start", process.Start), ("@token", token),
            ("@now", now.ToUnixTimeMilliseconds()), ("@expires", (now + duration).ToUnixTimeMilliseconds()));

    /// <summary>False where the lease is another's.</summary>
    public static bool Renew(SqliteConnection connection, string token, DateTimeOffset expires)
        => connection.Execute("UPDATE lease SET expires_at = @expires WHERE token = @token", ("@expires", expires.ToUnixTimeMilliseconds()), ("@token", token)) == 1;

    public static void Release(SqliteConnection connection, string token) => connection.Execute("DELETE FROM lease WHERE token = @token", ("@token", token));
}
