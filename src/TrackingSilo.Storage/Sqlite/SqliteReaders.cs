using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using TrackingSilo.Engine;

namespace TrackingSilo.Storage.Sqlite;

/// <summary>Connections of their own for loads: they see the last whole checkpoint, and never wait for the one that is being saved.</summary>
sealed class SqliteReaders : IAsyncDisposable
{
    readonly Channel<SqliteConnection> _idle = Channel.CreateBounded<SqliteConnection>(Limits.StoreReaders);

    public SqliteReaders(Func<SqliteConnection> connect)
    {
        for (var i = 0; i < Limits.StoreReaders; i++)
            _idle.Writer.TryWrite(connect());
    }

    /// <summary>Reads within one transaction, on a thread of the pool: SQLite has no asynchronous calls.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        var connection = await _idle.Reader.ReadAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () =>
                {
                    using var transaction = connection.BeginTransaction(deferred: true);
                    return read(connection);
                },
                cancellationToken);
        }
        finally
        {
            _idle.Writer.TryWrite(connection);
        }
    }

    /// <summary>Waits for the loads under way.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < Limits.StoreReaders; i++)
            (await _idle.Reader.ReadAsync()).Dispose();
    }
}
