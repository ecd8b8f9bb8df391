using System.Text.Json;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Snapshots;

/// <summary>
/// What one actor knows for good, as JSON: that which every run over the same log must end in, whatever was interrupted and repeated on the way. A shipment's kept scans,
/// legs, status, registration and instructions; a vehicle's kept fixes, the fences that it is in with what happened at them since the oldest of those fixes, and the stops done.
/// <para>
/// Left out is what a run adds of its own: estimates, versions, timers, milestones (decided or missed by the time of day), log positions, and whether an instruction was
/// refused, which depends on the scans that came before it, and those come through another topic.
/// </para>
/// </summary>
public static class ActorFacts
{
    /// <summary>Answers how many reports the actor has applied; writes nothing where it has applied none, being known from another's word only.</summary>
    /// <exception cref="InvalidDataException">The snapshot was written by a later program, or is damaged.</exception>
    public static long Write(in ActorSnapshot snapshot, Utf8JsonWriter json)
        => snapshot.Kind == ActorKind.Shipment
            ? Write(ShipmentEncoding.ReadSnapshot(snapshot.State.Span), json)
            : Write(VehicleEncoding.Read(VehicleId.Parse(snapshot.Key), snapshot.State.Span, snapshot.Cold is { } cold ? cold.Span : default), json);

    static long Write(ShipmentSnapshot snapshot, Utf8JsonWriter json)
    {
        var facts = snapshot.Facts;
        if (snapshot.Applications == 0)
            return 0;
        json.WriteStartObject();
        json.WriteString("shipment", facts.Id.Value);
        json.WriteString("status", facts.Standing.Status.ToString());
        WriteAll(json, "legs", facts.Standing.Changes, static (json, change) =>
        {
            json.WriteString("to", change.To.ToString());
            json.WriteString("because", change.Because.Id);
            json.WriteString("leg", change.LegScanId);
        });
        WriteAll(json, "scans", facts.Timeline.Scans, WriteScan);
        WriteAll(json, "retractions", facts.Timeline.Retractions, WriteScan);
        json.WriteBoolean("truncated", facts.Timeline.Truncated);
        json.WritePropertyName("registration");
        JsonSerializer.Serialize(json, facts.Registration, SnapshotJson.Default.Registration);
        WriteAll(json, "commands", facts.Commands, static (json, command) =>
        {
            json.WriteString("id", command.CommandId);
            json.WriteString("at", command.At);
            json.WriteString("instruction", command.Instruction?.Kind.ToString());
            json.WriteString("note", command.Instruction?.Note);
        });
        json.WriteNumber("linkEpoch", facts.LinkEpoch);
        json.WriteBoolean("erased", facts.ErasedAt is not null);
        json.WriteEndObject();
        return snapshot.Applications;
    }

    // The hash covers all that the scan says.
    static void WriteScan(Utf8JsonWriter json, Scan scan)
    {
        json.WriteString("id", scan.Id);
        json.WriteString("event", scan.Event.ToString());
        json.WriteString("content", ScanIdentity.ContentHash(scan));
    }

    static long Write(VehicleActor vehicle, Utf8JsonWriter json)
    {
        if (vehicle.Applications == 0)
            return 0;
        var route = vehicle.Tour.Route;
        json.WriteStartObject();
        json.WriteString("vehicle", vehicle.Id.Value);
        WriteAll(json, "fixes", Enumerable.Range(0, vehicle.Window.Count).Select(i => vehicle.Window[i]), static (json, fix) =>
        {
            json.WriteString("at", fix.At);
            json.WriteNumber("latitude", fix.Place.Latitude);
            json.WriteNumber("longitude", fix.Place.Longitude);
        });
        WriteAll(json, "fences", vehicle.Fences.Inside.Order(StringComparer.Ordinal), static (json, fence) => json.WriteString("id", fence));
        WriteAll(json, "fenceEvents", StandingEvents(vehicle), static (json, happened) =>
        {
            json.WriteString("at", happened.At);
            json.WriteString("fence", happened.FenceId);
            json.WriteString("event", happened.Kind.ToString());
        });
        json.WriteNumber("manifest", vehicle.Manifest.Version);
        WriteAll(json, "done", vehicle.Manifest.Stops.Where((_, stop) => route.StateOf(stop) == StopState.Done), static (json, stop) => json.WriteString("stop", stop.StopId));
        json.WriteEndObject();
        return vehicle.Applications;
    }

    // Those of the kept fixes: how long settled ones stay in memory is the run's own. Dwelling may be noticed by silence, a timer.
    static IEnumerable<FenceEvent> StandingEvents(VehicleActor vehicle)
        => vehicle.Window.Count == 0
            ? []
            : vehicle.Fences.Recent
                .Where(happened => happened.Kind != FenceEventKind.Dwelled && happened.At >= vehicle.Window[0].At)
                .OrderBy(happened => happened.At).ThenBy(happened => happened.FenceId, StringComparer.Ordinal).ThenBy(happened => happened.Kind);

    static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
