using Npgsql;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Postgres;

/// <summary>
/// Sleepers by the index on <c>grains.due_at</c>. Why not a reminder each: for ten million sleeping shipments that is ten million rows more, and every silo keeps a timer in memory for each of
/// its share; an index costs nothing until something is due, and a sweep of bounded pages wakes after a night's stop no faster than the cluster can take.
/// </summary>
sealed class PostgresSleepers(NpgsqlDataSource database, string serviceId) : ISleepers
{
    const string Due =
        """
        SELECT kind, key, due_at FROM grains
        WHERE service_id = @service AND due_at <= @due AND (due_at, kind, key) > (@afterDue, @afterKind, @afterKey) AND mod(hashtext(key) & 2147483647, @shares) = @share
        ORDER BY due_at, kind, key LIMIT @limit
        """;

    public async Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, int share, int shares, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Due);
        command.Parameters.AddWithValue("service", serviceId);
        command.Parameters.AddWithValue("due", due.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("afterDue", after?.DueAt.ToUnixTimeMilliseconds() ?? long.MinValue);
        command.Parameters.AddWithValue("afterKind", after is { } last ? Word(last.Kind) : "");
        command.Parameters.AddWithValue("afterKey", after?.Key ?? "");
        command.Parameters.AddWithValue("shares", shares);
        command.Parameters.AddWithValue("share", share);
        command.Parameters.AddWithValue("limit", limit);
        var found = new List<DueActor>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var kind = reader.GetString(0) == Word(ActorKind.Shipment) ? ActorKind.Shipment : ActorKind.Vehicle;
            found.Add(new DueActor(kind, reader.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2))));
        }
        return found;
    }

    // Names of the grains' states.
    static string Word(ActorKind kind) => kind == ActorKind.Shipment ? "shipment" : "vehicle";
}
