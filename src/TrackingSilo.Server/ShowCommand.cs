using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Storage;

namespace TrackingSilo.Server;

/// <summary><c>server show ID [settings]</c>: prints all that the store holds about a shipment or a vehicle, as of its last checkpoint, also while a server runs.</summary>
static class ShowCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args.Length == 0 || !ShipmentId.TryParse(args[0], out var id))
        {
            await errors.WriteLineAsync("Usage: show CARRIER/NUMBER [--Store:Path=FILE]. CARRIER/NUMBER is a shipment, or a vehicle as CARRIER/NAME.");
            return 2;
        }
        var configuration = WebApplication.CreateBuilder(args[1..]).Configuration;
        await using var services = new ServiceCollection().AddTrackingStore(configuration).BuildServiceProvider();
        var store = services.GetRequiredService<ITrackingStore>();
        try
        {
            await store.OpenToLookAsync(CancellationToken.None);
        }
        catch (IOException failure)
        {
            await errors.WriteLineAsync(failure.Message);
            return 1;
        }
        var found = 0;
        foreach (var snapshot in await store.LoadAsync(ActorKind.Shipment, [id.Value], CancellationToken.None))
        {
            await output.WriteLineAsync(Shipment(snapshot));
            found++;
        }
        foreach (var snapshot in await store.LoadAsync(ActorKind.Vehicle, [id.Value], CancellationToken.None))
        {
            await output.WriteLineAsync(Vehicle(snapshot));
            found++;
        }
        if (found == 0)
            await errors.WriteLineAsync($"The store knows no shipment and no vehicle {id}.");
        return found == 0 ? 1 : 0;
    }

    // Stored shipments are JSON behind one byte of version.
    static string Shipment(in ActorSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.State[1..]);
        return JsonSerializer.Serialize(new { Shipment = snapshot.Key, snapshot.NextDueAt, SchemaVersion = snapshot.State.Span[0], Bytes = snapshot.State.Length, State = document.RootElement }, s_json);
    }

    static string Vehicle(in ActorSnapshot snapshot)
    {
        var actor = VehicleEncoding.Read(VehicleId.Parse(snapshot.Key), snapshot.State.Span, snapshot.Cold is { } cold ? cold.Span : default);
        return JsonSerializer.Serialize(
            new
            {
                Vehicle = snapshot.Key,
                snapshot.NextDueAt,
                SchemaVersion = snapshot.State.Span[0],
                Bytes = snapshot.State.Length,
                State = VehicleDescription.Of(actor),
            },
            s_json);
    }

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
