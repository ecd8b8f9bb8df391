using Npgsql;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Postgres;

/// <summary>Documents that are no actor's, in the cluster's database.</summary>
public sealed class ClusterDocuments(NpgsqlDataSource database, string clusterId)
{
    /// <summary>Null where there is none of this name.</summary>
    public async Task<byte[]?> LoadAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT content FROM cluster_documents WHERE cluster_id = @cluster AND name = @name");
        command.Parameters.AddWithValue("cluster", clusterId);
        command.Parameters.AddWithValue("name", name);
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Saves all of them in one transaction.</summary>
    public async Task SaveAsync(IReadOnlyList<StoredDocument> documents, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        foreach (var document in documents)
        {
            var command = new NpgsqlBatchCommand(
                "INSERT INTO cluster_documents (cluster_id, name, content) VALUES (@cluster, @name, @content) ON CONFLICT (cluster_id, name) DO UPDATE SET content = excluded.content");
            command.Parameters.AddWithValue("cluster", clusterId);
            command.Parameters.AddWithValue("name", document.Name);
            command.Parameters.AddWithValue("content", document.Content);
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
