using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Storage.Sqlite;

/// <summary>Writes a checkpoint within a transaction of the caller's.</summary>
static class SqliteCheckpoint
{
    public static void Write(SqliteConnection connection, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        WriteActors(connection, checkpoint.Actors, cancellationToken);
        WritePositions(connection, checkpoint.Positions);
        foreach (var document in checkpoint.Documents)
        {
            connection.Execute(
                "INSERT INTO documents (name, content) VALUES (@name, @content) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                ("@name", document.Name), ("@content", Bytes(document.Content)));
        }
    }

    static void WriteActors(SqliteConnection connection, IReadOnlyList<ActorSnapshot> actors, CancellationToken cancellationToken)
    {
        using var upsert = new ActorCommand(connection,
            """
            INSERT INTO actors (kind, key, next_due_at, state) VALUES (@kind, @key, @due, @content)
            ON CONFLICT (kind, key) DO UPDATE SET next_due_at = excluded.next_due_at, state = excluded.state
            """);
        using var upsertCold = new ActorCommand(connection,
            "INSERT INTO actors_cold (kind, key, content) VALUES (@kind, @key, @content) ON CONFLICT (kind, key) DO UPDATE SET content = excluded.content");
        using var delete = new ActorCommand(connection, "DELETE FROM actors WHERE kind = @kind AND key = @key");
        using var deleteCold = new ActorCommand(connection, "DELETE FROM actors_cold WHERE kind = @kind AND key = @key");
        foreach (var actor in actors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (actor.State.IsEmpty)
            {
                delete.Run(actor);
                deleteCold.Run(actor);
                continue;
            }
            upsert.Run(actor, actor.State);
            if (actor.Cold is { } cold)
                upsertCold.Run(actor, cold);
        }
    }

    static void WritePositions(SqliteConnection connection, IReadOnlyList<LogPosition> positions)
    {
        foreach (var position in positions)
        {
            var known = connection.Execute(
                "UPDATE log_partitions SET durable_offset = max(durable_offset, @offset) WHERE id = @id",
                ("@offset", position.Offset), ("@id", position.Partition.Value));
            if (known == 0)
                throw new ArgumentException($"The store gave no partition the number {position.Partition.Value}.");
        }
    }

    static byte[] Bytes(ReadOnlyMemory<byte> memory)
        => MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();

    /// <summary>One statement, prepared once and run for many actors.</summary>
    sealed class ActorCommand : IDisposable
    {
        readonly SqliteCommand _command;
        readonly SqliteParameter _kind;
        readonly SqliteParameter _key;
        readonly SqliteParameter _due;
        readonly SqliteParameter _content;

        public ActorCommand(SqliteConnection connection, string sql)
        {
            _command = connection.Prepare(sql);
            _kind = _command.Parameters.Add("@kind", SqliteType.Integer);
            _key = _command.Parameters.Add("@key", SqliteType.Text);
            _due = _command.Parameters.Add("@due", SqliteType.Integer);
            _content = _command.Parameters.Add("@content", SqliteType.Blob);
        }

        public void Run(in ActorSnapshot actor, ReadOnlyMemory<byte> content = default)
        {
            _kind.Value = (long)actor.Kind;
            _key.Value = actor.Key;
            _due.Value = actor.NextDueAt is { } due ? DueTime.ToColumn(due) : DBNull.Value;
            _content.Value = Bytes(content);
            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }
}
