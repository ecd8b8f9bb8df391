using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Storage.Leases;

namespace TrackingSilo.Storage.Postgres;

/// <summary>A store in a PostgreSQL database (13 or later), in the first schema of its search path. Leases last by the database's clock.</summary>
public sealed class PostgresStore : ITrackingStore
{
    readonly NpgsqlDataSource _dataSource;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly LeaseTerms _terms;
    readonly SemaphoreSlim _writing = new(1, 1);
    NpgsqlConnection? _writer;
    string? _token;
    bool _looks;

    /// <param name="clock">Real time, for waiting between looks at a lease; never the domain's clock.</param>
    public PostgresStore(string connectionString, TimeProvider? clock = null, ILogger<PostgresStore>? logger = null)
        : this(connectionString, LeaseTerms.Default, clock, logger)
    {
    }

    internal PostgresStore(string connectionString, LeaseTerms terms, TimeProvider? clock = null, ILogger<PostgresStore>? logger = null)
    {
        _dataSource = NpgsqlDataSource.Create(connectionString);
        _terms = terms;
        _clock = clock ?? TimeProvider.System;
        _logger = logger ?? NullLogger<PostgresStore>.Instance;
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        Name = $"The store {target.Database} on {target.Host}";
    }

    /// <summary>For people; without the password.</summary>
    string Name { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The database cannot be reached, or lets nobody in.</exception>
    public async Task<long> OpenAsync(string holder, CancellationToken cancellationToken)
    {
        if (_token is not null)
            throw new InvalidOperationException($"{Name} is open.");
        try
        {
            return await LeaseWatch.OpenAsync(
                (deserted, cancellation) => TryOpenAsync(holder, deserted, cancellation),
                Name, "give this one a database of its own (Store:ConnectionString)", _terms, _clock, _logger, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new IOException($"{Name} cannot be opened: {e.Message}", e);
        }
    }

    public Task RenewLeaseAsync(CancellationToken cancellationToken) => WriteAsync(static _ => Task.FromResult(true), cancellationToken);

    public Task<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
        => WriteAsync<IReadOnlyList<OpenedPartition>>(
            async connection =>
            {
                var opened = new List<OpenedPartition>(partitions.Count);
                foreach (var partition in partitions)
                    opened.Add(await OpenPartitionAsync(connection, partition, cancellationToken));
                return opened;
            },
            cancellationToken);

    public async Task OpenToLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
            _looks = true;
        }
        catch (NpgsqlException e)
        {
            throw new IOException($"{Name} cannot be opened: {e.Message}", e);
        }
    }

    public Task<IReadOnlyList<ActorSnapshot>> LoadAsync(ActorKind kind, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        => ReadAsync(kind, "key = ANY(@keys)", [("keys", keys.ToArray())], cancellationToken);

    public Task<IReadOnlyList<ActorSnapshot>> PageAsync(ActorKind kind, string after, int limit, CancellationToken cancellationToken)
        => ReadAsync(kind, "key > @after ORDER BY key LIMIT @limit", [("after", after), ("limit", limit)], cancellationToken);

    public Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
        => WriteAsync(
            async connection =>
            {
                ActorsOnce.Ensure(checkpoint);
                await PostgresCheckpoint.WriteAsync(connection, checkpoint, cancellationToken);
                return true;
            },
            cancellationToken);

    public async Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = connection.Command(
            """
            SELECT kind, key, next_due_at FROM actors
            WHERE next_due_at <= @due AND (next_due_at, kind, key) > (@afterDue, @afterKind, @afterKey)
            ORDER BY next_due_at, kind, key LIMIT @limit
            """,
            ("due", due.ToUnixTimeMilliseconds()), ("limit", limit),
            ("afterDue", after is { } last ? DueTime.ToColumn(last.DueAt) : long.MinValue),
            ("afterKind", (short)(after?.Kind ?? 0)), ("afterKey", after?.Key ?? ""));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var actors = new List<DueActor>();
        while (await reader.ReadAsync(cancellationToken))
            actors.Add(new DueActor((ActorKind)reader.GetInt16(0), reader.GetString(1), DueTime.FromColumn(reader.GetInt64(2))));
        return actors;
    }

    public async Task<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return (byte[]?)await connection.ScalarAsync("SELECT content FROM documents WHERE name = @name", [("name", name)], cancellationToken);
    }

    /// <summary>Gives the lease back, so that the next server need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        try
        {
            if (_token is not null)
                await PostgresLease.ReleaseAsync(await WriterAsync(CancellationToken.None), _token, CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            LeaseWatch.NotReleased(_logger, e, Name, _terms.Duration);
        }
        finally
        {
            _token = null;
            if (_writer is not null)
                await _writer.DisposeAsync();
            _writer = null;
            await _dataSource.DisposeAsync();
            _writing.Release();
        }
    }

    async Task<OpenAttempt> TryOpenAsync(string holder, Lease? deserted, CancellationToken cancellationToken)
    {
        var connection = await WriterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PostgresSchema.LockAsync(connection, cancellationToken);
        var version = await PostgresSchema.ReadVersionAsync(connection, Name, cancellationToken);
        await PostgresSchema.MigrateAsync(connection, version, last: 1, cancellationToken);
        var (lease, now) = await PostgresLease.ReadAsync(connection, cancellationToken);
        if (lease is not null && !LeaseWatch.IsFree(lease, now, deserted))
            return new OpenAttempt(0, lease, null);
        // Only now: another server may still be using the schema as it is.
        await PostgresSchema.MigrateAsync(connection, Math.Max(version, 1), last: int.MaxValue, cancellationToken);
        var token = Guid.NewGuid().ToString("N");
        await PostgresLease.TakeAsync(connection, holder, _terms.Process, token, _terms.Duration, cancellationToken);
        var run = (long)(await connection.ScalarAsync(
            "INSERT INTO runs (holder, host) VALUES (@holder, @host) RETURNING run", [("holder", holder), ("host", _terms.Process.Host)], cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        _token = token;
        return new OpenAttempt(run, null, lease);
    }

    /// <summary>One transaction of the one writer; it renews the lease, or throws where that is lost.</summary>
    async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var token = _token ?? throw new InvalidOperationException($"{Name} is not open.");
            var connection = await WriterAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await PostgresLease.RenewAsync(connection, token, _terms.Duration, cancellationToken))
                throw LeaseWatch.Lost(Name, (await PostgresLease.ReadAsync(connection, cancellationToken)).Lease);
            var result = await write(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The writer's own connection, made anew where the last one broke.</summary>
    async Task<NpgsqlConnection> WriterAsync(CancellationToken cancellationToken)
    {
        if (_writer is { State: System.Data.ConnectionState.Open })
            return _writer;
        if (_writer is not null)
            await _writer.DisposeAsync();
        _writer = await _dataSource.OpenConnectionAsync(cancellationToken);
        return _writer;
    }

    async Task<IReadOnlyList<ActorSnapshot>> ReadAsync(ActorKind kind, string which, (string Name, object Value)[] parameters, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = connection.Command($"SELECT key, next_due_at, state, cold FROM actors WHERE kind = @kind AND {which}", [("kind", (short)kind), .. parameters]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var read = new List<ActorSnapshot>();
        while (await reader.ReadAsync(cancellationToken))
        {
            read.Add(new ActorSnapshot(
                kind, reader.GetString(0),
                reader.IsDBNull(1) ? null : DueTime.FromColumn(reader.GetInt64(1)),
                reader.GetFieldValue<byte[]>(2),
                reader.IsDBNull(3) ? default(ReadOnlyMemory<byte>?) : reader.GetFieldValue<byte[]>(3)));
        }
        return read;
    }

    ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
        => _token is null && !_looks ? throw new InvalidOperationException($"{Name} is not open.") : _dataSource.OpenConnectionAsync(cancellationToken);

    static async Task<OpenedPartition> OpenPartitionAsync(NpgsqlConnection connection, LogPartition partition, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            "INSERT INTO logs (generation, name) SELECT coalesce(max(generation), 0) + 1, @log FROM logs ON CONFLICT (name) DO NOTHING",
            [("log", partition.Log)], cancellationToken);
        (string, object)[] key = [("log", partition.Log), ("topic", partition.Topic), ("partition", partition.Partition)];
        await connection.ExecuteAsync(
            """
            INSERT INTO log_partitions (generation, topic, partition) SELECT generation, @topic, @partition FROM logs WHERE name = @log
            ON CONFLICT (generation, topic, partition) DO NOTHING
            """,
            key, cancellationToken);
        await using var command = connection.Command(
            "SELECT p.id, generation, p.durable_offset FROM log_partitions p JOIN logs USING (generation) WHERE name = @log AND topic = @topic AND partition = @partition", key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new OpenedPartition(partition, new PartitionId(reader.GetInt32(0)), reader.GetInt32(1), reader.GetInt64(2));
    }
}
