using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.LoadTests.Checkpoint;

/// <summary>The least that a database can be asked to do with the same bytes: one transaction, one statement that was prepared once.</summary>
interface IBareStore : IAsyncDisposable
{
    Task SaveAsync(ShipmentSnapshot[] parcels, byte[][] states);
}

/// <summary>A prepared upsert.</summary>
sealed class BareSqlite : IBareStore
{
    readonly SqliteConnection _connection;
    readonly SqliteCommand _upsert;
    readonly SqliteParameter _key;
    readonly SqliteParameter _due;
    readonly SqliteParameter _state;

    public BareSqlite(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        using (var settings = _connection.CreateCommand())
        {
            settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864";
            settings.ExecuteNonQuery();
        }
        _upsert = _connection.CreateCommand();
        _upsert.CommandText =
            $"""
            INSERT INTO actors (kind, key, next_due_at, state) VALUES ({(int)ActorKind.Shipment}, @key, @due, @state)
            ON CONFLICT (kind, key) DO UPDATE SET next_due_at = excluded.next_due_at, state = excluded.state
            """;
        _key = _upsert.Parameters.Add("@key", SqliteType.Text);
        _due = _upsert.Parameters.Add("@due", SqliteType.Integer);
        _state = _upsert.Parameters.Add("@state", SqliteType.Blob);
    }

    public Task SaveAsync(ShipmentSnapshot[] parcels, byte[][] states)
    {
        using var transaction = _connection.BeginTransaction();
        _upsert.Transaction = transaction;
        for (var i = 0; i < parcels.Length; i++)
        {
            _key.Value = parcels[i].Facts.Id.Value;
            _due.Value = parcels[i].SavedAt.ToUnixTimeMilliseconds();
            _state.Value = states[i];
            _upsert.ExecuteNonQuery();
        }
        transaction.Commit();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _upsert.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

/// <summary>COPY into a temporary table, and one upsert from there.</summary>
sealed class BarePostgres : IBareStore
{
    readonly NpgsqlConnection _connection;

    BarePostgres(NpgsqlConnection connection) => _connection = connection;

    public static async Task<BarePostgres> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var bare = new BarePostgres(connection);
        await bare.ExecuteAsync("CREATE TEMPORARY TABLE staged (kind smallint, key text COLLATE \"C\", next_due_at bigint, state bytea, cold bytea) ON COMMIT DELETE ROWS");
        return bare;
    }

    public async Task SaveAsync(ShipmentSnapshot[] parcels, byte[][] states)
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        await using (var import = await _connection.BeginBinaryImportAsync("COPY staged (kind, key, next_due_at, state) FROM STDIN (FORMAT BINARY)"))
        {
            for (var i = 0; i < parcels.Length; i++)
            {
                await import.StartRowAsync();
                await import.WriteAsync((short)ActorKind.Shipment, NpgsqlDbType.Smallint);
                await import.WriteAsync(parcels[i].Facts.Id.Value, NpgsqlDbType.Text);
                await import.WriteAsync(parcels[i].SavedAt.ToUnixTimeMilliseconds(), NpgsqlDbType.Bigint);
                await import.WriteAsync(states[i], NpgsqlDbType.Bytea);
            }
            await import.CompleteAsync();
        }
        await ExecuteAsync(
            """
            INSERT INTO actors (kind, key, next_due_at, state) SELECT kind, key, next_due_at, state FROM staged
            ON CONFLICT (kind, key) DO UPDATE SET next_due_at = excluded.next_due_at, state = excluded.state
            """);
        await transaction.CommitAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
