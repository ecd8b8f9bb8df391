using Npgsql;
using TrackingSilo.Storage.Leases;

namespace TrackingSilo.Storage.Postgres;

/// <summary>The lease's row, by the database's clock. Every call stands within a transaction of the caller's.</summary>
static class PostgresLease
{
    /// <summary>The lease, locked against its holder's saves until the transaction ends, and the time.</summary>
    public static async Task<(Lease? Lease, DateTimeOffset Now)> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT holder, host, process_scope, pid, process_start, token, taken_at, expires_at, clock_timestamp() FROM lease FOR UPDATE");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return (null, default);
        var lease = new Lease(
            reader.GetString(0), new ServerProcess(reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4)), reader.GetString(5),
            reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7));
        return (lease, reader.GetFieldValue<DateTimeOffset>(8));
    }

    public static Task TakeAsync(
        NpgsqlConnection connection, string holder, ServerProcess process, string token, TimeSpan duration, CancellationToken cancellationToken)
        => connection.ExecuteAsync(
            """
            INSERT INTO lease (holder, host, pid, process_scope, process_start, token, taken_at, expires_at)
            VALUES (@holder, @host, @pid, @scope, @start, @token, clock_timestamp(), clock_timestamp() + @duration)
            ON CONFLICT (one) DO UPDATE SET (holder, host, pid, process_scope, process_start, token, taken_at, expires_at)
                = (excluded.holder, excluded.host, excluded.pid, excluded.process_scope, excluded.process_start, excluded.token, excluded.taken_at, excluded.expires_at)
            """,
            [
                ("holder", holder), ("host", process.Host), ("pid", process.Pid), ("scope", process.Scope), ("start", process.Start), ("token", token),
                ("duration", duration),
            ],
            cancellationToken);

    /// <summary>False where the lease is another's. Until the transaction ends nobody can take it.</summary>
    public static async Task<bool> RenewAsync(NpgsqlConnection connection, string token, TimeSpan duration, CancellationToken cancellationToken)
        => await connection.ExecuteAsync(
            "UPDATE lease SET expires_at = clock_timestamp() + @duration WHERE token = @token", [("duration", duration), ("token", token)], cancellationToken) == 1;

    public static Task ReleaseAsync(NpgsqlConnection connection, string token, CancellationToken cancellationToken)
        => connection.ExecuteAsync("DELETE FROM lease WHERE token = @token", [("token", token)], cancellationToken);
}
