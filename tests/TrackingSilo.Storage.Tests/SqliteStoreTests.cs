using Microsoft.Data.Sqlite;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Storage.Sqlite;

namespace TrackingSilo.Storage.Tests;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    readonly string _folder = Path.Combine(Path.GetTempPath(), "tracking-" + Path.GetRandomFileName());

    string File => Path.Combine(_folder, "deep", "tracking.db");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, true);
    }

    protected override ITrackingStore NewStore(Server server = Server.Here, TimeSpan? lease = null)
        => new SqliteStore(File, LeaseTermsOf.Server(server, lease));

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
