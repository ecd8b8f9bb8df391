using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Storage.Postgres;
using TrackingSilo.Storage.Sqlite;

namespace TrackingSilo.Storage.Tests;

public sealed class TrackingStoreServicesTests
{
    static ITrackingStore Store(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))).Build();
        return new ServiceCollection().AddLogging().AddTrackingStore(configuration).BuildServiceProvider().GetRequiredService<ITrackingStore>();
    }

    [Fact]
    public void Without_settings_it_is_a_file() => Assert.IsType<SqliteStore>(Store());

    [Fact]
    public void A_path_names_the_file() => Assert.IsType<SqliteStore>(Store(("Store:Kind", "SQLite"), ("Store:Path", "x/y.db")));

    [Fact]
    public void Postgres_is_named_by_its_connection_string()
        => Assert.IsType<PostgresStore>(Store(("Store:Kind", "postgres"), ("Store:ConnectionString", "Host=localhost;Database=tracking")));

    [Theory]
    [InlineData("oracle", null, null, "Store:Kind is 'oracle': it must be sqlite or postgres.")]
    [InlineData("sqlite", "/", null, "Store:Path is '/'")]
    [InlineData("sqlite", "folder/", null, "it must be a file")]
    [InlineData("sqlite", "nul\0", null, "Store:Path")]
    [InlineData("postgres", null, null, "Store:ConnectionString is missing")]
    [InlineData("postgres", null, "gibberish", "Store:ConnectionString is no connection string")]
    [InlineData("postgres", null, "Port=seventy;Host=x", "Store:ConnectionString is no connection string")]
    [InlineData("postgres", null, "Database=tracking", "Store:ConnectionString names no Host")]
    public void A_wrong_setting_is_named(string kind, string? path, string? connectionString, string sentence)
    {
        var refused = Assert.Throws<InvalidOperationException>(
            () => Store(("Store:Kind", kind), ("Store:Path", path), ("Store:ConnectionString", connectionString)));
        Assert.Contains(sentence, refused.Message);
    }
}
