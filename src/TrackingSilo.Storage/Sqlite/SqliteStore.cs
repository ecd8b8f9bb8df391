using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Storage.Leases;

namespace TrackingSilo.Storage.Sqlite;

/// <summary>
/// A store in one file, for one machine. Write-ahead logging: loads see the last whole checkpoint while the next is being saved. After a loss of power the last
/// checkpoints may be missing (synchronous = NORMAL), always as a whole and the newest first; the log repeats them, since the positions are part of them.
/// </summary>
public sealed class SqliteStore : ITrackingStore
{
    /// <summary>How long to wait for a lock of another program (somebody looks into the file); less than a lease lasts.</summary>
    const int BusySeconds = 5;

    readonly string _path;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly LeaseTerms _terms;
    readonly SemaphoreSlim _writing = new(1, 1);
    SqliteConnection? _writer;
    SqliteReaders? _readers;
    string? _token;

    /// <param name="path">The file; it and its folder are made where they do not exist.</param>
    /// <param name="clock">Real time, by which leases last; never the domain's clock.</param>
    public SqliteStore(string path, TimeProvider? clock = null, ILogger<SqliteStore>? logger = null)
        : this(path, LeaseTerms.Default, clock, logger)
    {
    }

    internal SqliteStore(string path, LeaseTerms terms, TimeProvider? clock = null, ILogger<SqliteStore>? logger = null)
    {
        _path = Path.GetFullPath(path);
        _terms = terms;
        _clock = clock ?? TimeProvider.System;
        _logger = logger ?? NullLogger<SqliteStore>.Instance;
    }

    string Name => $"The store {_path}";

    SqliteReaders Readers => _readers ?? throw new InvalidOperationException($"{Name} is not open.");

    /// <summary>For tests that take its room away.</summary>
    internal SqliteConnection Writer => _writer ?? throw new InvalidOperationException($"{Name} is not open.");

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be made or read, or is no database.</exception>
    public async Task<long> OpenAsync(string holder, CancellationToken cancellationToken)
    {
        if (_token is not null)
            throw new InvalidOperationException($"{Name} is open.");
        try
        {
            _writer ??= OpenWriter();
            var run = await LeaseWatch.OpenAsync(
                (deserted, cancellation) => Task.Run(() => TryOpen(holder, deserted), cancellation),
                Name, "give this one a file of its own (Store:Path)", _terms, _clock, _logger, cancellationToken);
            _writer.Execute("PRAGMA synchronous = NORMAL");
            _readers ??= new SqliteReaders(() => Connect("PRAGMA query_only = on"));
            return run;
        }
        catch (SqliteException e)
        {
            throw new IOException($"{Name} cannot be opened: {e.Message}", e);
        }
    }

    public Task OpenToLookAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
            throw new IOException($"{Name} does not exist.");
        try
        {
            _readers ??= new SqliteReaders(() => Connect("PRAGMA query_only = on"));
            return Task.CompletedTask;
        }
        catch (SqliteException e)
        {
            throw new IOException($"{Name} cannot be opened: {e.Message}", e);
        }
    }

    public Task RenewLeaseAsync(CancellationToken cancellationToken) => WriteAsync(static _ => true, cancellationToken);

    public Task<IReadOnlyList<OpenedPartition>> OpenPartitionsAsync(IReadOnlyList<LogPartition> partitions, CancellationToken cancellationToken)
        => WriteAsync<IReadOnlyList<OpenedPartition>>(connection => [.. partitions.Select(partition => OpenPartition(connection, partition))], cancellationToken);

    public Task<IReadOnlyList<ActorSnapshot>> LoadAsync(ActorKind kind, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        => Readers.ReadAsync(connection => Load(connection, kind, keys), cancellationToken);

    public Task<IReadOnlyList<ActorSnapshot>> PageAsync(ActorKind kind, string after, int limit, CancellationToken cancellationToken)
        => Readers.ReadAsync(connection => Page(connection, kind, after, limit), cancellationToken);

    public Task SaveAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
        => WriteAsync(
            connection =>
            {
                ActorsOnce.Ensure(checkpoint);
                SqliteCheckpoint.Write(connection, checkpoint, cancellationToken);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, CancellationToken cancellationToken)
        => Readers.ReadAsync(connection => Due(connection, due, after, limit), cancellationToken);

    public Task<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellationToken)
        => Readers.ReadAsync(connection => (byte[]?)connection.Scalar("SELECT content FROM documents WHERE name = @name", ("@name", name)), cancellationToken);

    /// <summary>Gives the lease back, so that the next server need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_readers is not null)
            await _readers.DisposeAsync();
        _readers = null;
        await _writing.WaitAsync();
        try
        {
            if (_token is not null)
                SqliteLease.Release(Writer, _token);
        }
        catch (SqliteException e)
        {
            LeaseWatch.NotReleased(_logger, e, Name, _terms.Duration);
        }
        finally
        {
            _token = null;
            _writer?.Dispose();
            _writer = null;
            _writing.Release();
        }
    }

    SqliteConnection OpenWriter()
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // recipients' addresses lie in it
        return Connect(
            "PRAGMA journal_mode = WAL",
            "PRAGMA journal_size_limit = 67108864"); // what the write-ahead log may keep of the disk after a burst
    }

    SqliteConnection Connect(params ReadOnlySpan<string> settings)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {BusySeconds * 1000}");
            foreach (var setting in settings)
                connection.Execute(setting);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    OpenAttempt TryOpen(string holder, Lease? deserted)
    {
        // A run that was once begun must never be begun again, not even after a loss of power.
        Writer.Execute("PRAGMA synchronous = FULL");
        using var transaction = Writer.BeginTransaction();
        var version = SqliteSchema.ReadVersion(Writer, Name);
        SqliteSchema.Migrate(Writer, version, last: 1);
        var now = _clock.GetUtcNow();
        var lease = SqliteLease.Read(Writer);
        if (lease is not null && !LeaseWatch.IsFree(lease, now, deserted))
            return new OpenAttempt(0, lease, null);
        // Only now: another server may still be using the schema as it is.
        SqliteSchema.Migrate(Writer, Math.Max(version, 1), last: int.MaxValue);
        var token = Guid.NewGuid().ToString("N");
        SqliteLease.Take(Writer, holder, _terms.Process, token, now, _terms.Duration);
        var run = (long)Writer.Scalar(
            "INSERT INTO runs (holder, host, begun_at) VALUES (@holder, @host, @now) RETURNING run",
            ("@holder", holder), ("@host", _terms.Process.Host), ("@now", now.ToUnixTimeMilliseconds()))!;
        transaction.Commit();
        _token = token;
        return new OpenAttempt(run, null, lease);
    }

    /// <summary>One transaction of the one writer; it renews the lease, or throws where that is lost.</summary>
    async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var token = _token ?? throw new InvalidOperationException($"{Name} is not open.");
            return await Task.Run(
                () =>
                {
                    using var transaction = Writer.BeginTransaction();
                    if (!SqliteLease.Renew(Writer, token, _clock.GetUtcNow() + _terms.Duration))
                        throw LeaseWatch.Lost(Name, SqliteLease.Read(Writer));
                    var result = write(Writer);
                    transaction.Commit();
                    return result;
                },
                cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    static OpenedPartition OpenPartition(SqliteConnection connection, LogPartition partition)
    {
        var generation = (long)(connection.Scalar("SELECT generation FROM logs WHERE name = @log", ("@log", partition.Log))
            ?? connection.Scalar("INSERT INTO logs (name) VALUES (@log) RETURNING generation", ("@log", partition.Log))!);
        (string, object?)[] key = [("@generation", generation), ("@topic", partition.Topic), ("@partition", partition.Partition)];
        connection.Execute("INSERT INTO log_partitions (generation, topic, partition) VALUES (@generation, @topic, @partition) ON CONFLICT DO NOTHING", key);
        using var command = connection.Prepare(
            "SELECT id, durable_offset FROM log_partitions WHERE generation = @generation AND topic = @topic AND partition = @partition", key);
        using var reader = command.ExecuteReader();
        reader.Read();
        return new OpenedPartition(partition, new PartitionId(reader.GetInt32(0)), (int)generation, reader.GetInt64(1));
    }

    static IReadOnlyList<ActorSnapshot> Load(SqliteConnection connection, ActorKind kind, IReadOnlyList<string> keys)
    {
        using var command = connection.Prepare(
            """
            SELECT a.next_due_at, a.state, c.content FROM actors a LEFT JOIN actors_cold c ON c.kind = a.kind AND c.key = a.key
            WHERE a.kind = @kind AND a.key = @key
            """,
            ("@kind", (long)kind));
        var parameter = command.Parameters.Add("@key", SqliteType.Text);
        var loaded = new List<ActorSnapshot>(keys.Count);
        foreach (var key in keys.Distinct(StringComparer.Ordinal))
        {
            parameter.Value = key;
            using var reader = command.ExecuteReader();
            if (reader.Read())
                loaded.Add(Snapshot(reader, kind, key));
        }
        return loaded;
    }

    static IReadOnlyList<ActorSnapshot> Page(SqliteConnection connection, ActorKind kind, string after, int limit)
    {
        using var command = connection.Prepare(
            """
            SELECT a.next_due_at, a.state, c.content, a.key FROM actors a LEFT JOIN actors_cold c ON c.kind = a.kind AND c.key = a.key
            WHERE a.kind = @kind AND a.key > @after ORDER BY a.key LIMIT @limit
            """,
            ("@kind", (long)kind), ("@after", after), ("@limit", limit));
        using var reader = command.ExecuteReader();
        var page = new List<ActorSnapshot>();
        while (reader.Read())
            page.Add(Snapshot(reader, kind, reader.GetString(3)));
        return page;
    }

    static ActorSnapshot Snapshot(SqliteDataReader reader, ActorKind kind, string key) => new(
        kind, key,
        reader.IsDBNull(0) ? null : DueTime.FromColumn(reader.GetInt64(0)),
        reader.GetFieldValue<byte[]>(1),
        reader.IsDBNull(2) ? default(ReadOnlyMemory<byte>?) : reader.GetFieldValue<byte[]>(2));

    static IReadOnlyList<DueActor> Due(SqliteConnection connection, DateTimeOffset due, DueActor? after, int limit)
    {
        using var command = connection.Prepare(
            """
            SELECT kind, key, next_due_at FROM actors
            WHERE next_due_at <= @due AND (next_due_at, kind, key) > (@afterDue, @afterKind, @afterKey)
            ORDER BY next_due_at, kind, key LIMIT @limit
            """,
            ("@due", due.ToUnixTimeMilliseconds()), ("@limit", limit),
            ("@afterDue", after is { } last ? DueTime.ToColumn(last.DueAt) : long.MinValue),
            ("@afterKind", (long)(after?.Kind ?? 0)), ("@afterKey", after?.Key ?? ""));
        using var reader = command.ExecuteReader();
        var actors = new List<DueActor>();
        while (reader.Read())
            actors.Add(new DueActor((ActorKind)reader.GetByte(0), reader.GetString(1), DueTime.FromColumn(reader.GetInt64(2))));
        return actors;
    }
}
