using Npgsql;

namespace TrackingSilo.Storage.Postgres;

static class PostgresCommands
{
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, IReadOnlyList<(string Name, object Value)> parameters, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first column of the first row; null where there is none, or it is null.</summary>
    public static async Task<object?> ScalarAsync(
        this NpgsqlConnection connection, string sql, IReadOnlyList<(string Name, object Value)> parameters, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is var value and not DBNull ? value : null;
    }

    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params IReadOnlyList<(string Name, object Value)> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
