using Npgsql;

namespace TrackingSilo.Engine.Orleans.Postgres;

/// <summary>The tables and queries of <c>deploy/postgres/cluster.sql</c>.</summary>
static class ClusterSchema
{
    // Silos start side by side: one after the other applies it.
    const long Lock = 0x747261636b696e67;

    /// <summary>Applies it; nothing changes where that was done before.</summary>
    public static async Task ApplyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (var wait = new NpgsqlCommand($"SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock({Lock})", connection))
            await wait.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        // One batch without parameters: names that begin with @ are left to the queries that are stored.
        await using (var apply = new NpgsqlCommand(Sql(), connection))
            await apply.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    static string Sql()
    {
        using var reader = new StreamReader(typeof(ClusterSchema).Assembly.GetManifestResourceStream("cluster.sql")!);
        return reader.ReadToEnd();
    }
}
