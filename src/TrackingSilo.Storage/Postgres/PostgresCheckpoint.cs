using Npgsql;
using NpgsqlTypes;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Storage.Postgres;

/// <summary>Writes a checkpoint within a transaction of the caller's.</summary>
static class PostgresCheckpoint
{
    public static async Task WriteAsync(NpgsqlConnection connection, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint.Actors.Count > 0)
            await WriteActorsAsync(connection, checkpoint.Actors, cancellationToken);
        foreach (var position in checkpoint.Positions)
            await WritePositionAsync(connection, position, cancellationToken);
        foreach (var document in checkpoint.Documents)
        {
            await connection.ExecuteAsync(
                "INSERT INTO documents (name, content) VALUES (@name, @content) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                [("name", document.Name), ("content", document.Content)], cancellationToken);
        }
    }

    static async Task WriteActorsAsync(NpgsqlConnection connection, IReadOnlyList<ActorSnapshot> actors, CancellationToken cancellationToken)
    {
        // The temporary table lives as long as the writer's connection; made once, it costs the catalog nothing.
        await connection.ExecuteAsync(
            """
            SET LOCAL client_min_messages = warning;
            CREATE TEMPORARY TABLE IF NOT EXISTS staged (kind smallint, key text COLLATE "C", next_due_at bigint, state bytea, cold bytea) ON COMMIT DELETE ROWS
            """,
            [], cancellationToken);
        await CopyAsync(connection, actors, cancellationToken);
        await connection.ExecuteAsync(
            "DELETE FROM actors USING staged WHERE octet_length(staged.state) = 0 AND actors.kind = staged.kind AND actors.key = staged.key", [], cancellationToken);
        await connection.ExecuteAsync(
            """
            INSERT INTO actors (kind, key, next_due_at, state, cold)
            SELECT kind, key, next_due_at, state, cold FROM staged WHERE octet_length(state) > 0
            ON CONFLICT (kind, key) DO UPDATE SET next_due_at = excluded.next_due_at, state = excluded.state, cold = coalesce(excluded.cold, actors.cold)
            """,
            [], cancellationToken);
    }

    static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<ActorSnapshot> actors, CancellationToken cancellationToken)
    {
        await using var import = await connection.BeginBinaryImportAsync("COPY staged (kind, key, next_due_at, state, cold) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var actor in actors)
        {
            await import.StartRowAsync(cancellationToken);
            await import.WriteAsync((short)actor.Kind, NpgsqlDbType.Smallint, cancellationToken);
            await import.WriteAsync(actor.Key, NpgsqlDbType.Text, cancellationToken);
            if (actor.NextDueAt is { } due)
                await import.WriteAsync(DueTime.ToColumn(due), NpgsqlDbType.Bigint, cancellationToken);
            else
                await import.WriteNullAsync(cancellationToken);
            await import.WriteAsync(actor.State, NpgsqlDbType.Bytea, cancellationToken);
            if (actor.Cold is { } cold)
                await import.WriteAsync(cold, NpgsqlDbType.Bytea, cancellationToken);
            else
                await import.WriteNullAsync(cancellationToken);
        }
        await import.CompleteAsync(cancellationToken);
    }

    static async Task WritePositionAsync(NpgsqlConnection connection, LogPosition position, CancellationToken cancellationToken)
    {
        var known = await connection.ExecuteAsync(
            "UPDATE log_partitions SET durable_offset = greatest(durable_offset, @offset) WHERE id = @id",
            [("offset", position.Offset), ("id", position.Partition.Value)], cancellationToken);
        if (known == 0)
            throw new ArgumentException($"The store gave no partition the number {position.Partition.Value}.");
    }
}
