using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrackingSilo.Engine.Orleans.Postgres;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Tests;

namespace TrackingSilo.Engine.Orleans.Tests;

/// <summary>The same, with grain states in PostgreSQL by Orleans' own provider.</summary>
public sealed class OrleansOnPostgresTests(PostgresServer postgres) : EngineContract, IClassFixture<PostgresServer>
{
    string? _database;

    protected override async Task<EngineHost> StartAsync(EngineWorld world)
    {
        _database ??= await postgres.NewDatabaseAsync() + ";Maximum Pool Size=20";
        var database = NpgsqlDataSource.Create(_database);
        await ClusterSchema.ApplyAsync(database, default);
        return await OrleansHost.StartAsync(world, silo =>
        {
            silo.Services.AddSingleton(_ => database).AddSingleton<ISleepers>(new PostgresSleepers(database, "tests"));
            silo.AddPostgresGrainStorage(_database);
        });
    }
}
