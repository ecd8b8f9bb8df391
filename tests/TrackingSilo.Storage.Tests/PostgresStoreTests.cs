using Npgsql;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Storage.Postgres;

namespace TrackingSilo.Storage.Tests;

public sealed class PostgresStoreTests(PostgresServer server) : StoreContract, IClassFixture<PostgresServer>, IAsyncLifetime
{
    string _connectionString = "";

    public async Task InitializeAsync() => _connectionString = await server.NewDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    protected override ITrackingStore NewStore(Server server = Server.Here, TimeSpan? lease = null)
        => new PostgresStore(_connectionString, LeaseTermsOf.Server(server, lease));

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Broken_connections_are_made_anew()
    {
        await using var store = NewStore();
        await store.OpenAsync("test", default);
        var checkpoint = new Checkpoint([new ActorSnapshot(ActorKind.Shipment, "acme/1", null, "x"u8.ToArray(), null)], [], []);
        await store.SaveAsync(checkpoint, default);

        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.SaveAsync(checkpoint, default));

        await store.SaveAsync(checkpoint, default);
        Assert.Single(await store.LoadAsync(ActorKind.Shipment, ["acme/1"], default));
    }

    [Fact]
    public async Task A_database_that_is_not_there_does_not_stop_the_disposal()
    {
        var store = new PostgresStore("Host=/nowhere;Database=none;Username=nobody");
        await Assert.ThrowsAnyAsync<IOException>(() => store.OpenAsync("test", default));
        await store.DisposeAsync();
    }
}
