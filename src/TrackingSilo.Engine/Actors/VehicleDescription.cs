using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Actors;

/// <summary>All that a vehicle knows, in a form for people: what <c>show</c> prints.</summary>
public sealed record VehicleDescription(
    long Applications, bool Silent, IReadOnlyList<AppliedPosition> Applied, IReadOnlyList<Fix> Fixes, long ManifestVersion, int StopsDone, int NextStop,
    IReadOnlyList<StopDescription> Stops, double PaceFactor, IReadOnlyList<string> Unconfirmed)
{
    public static VehicleDescription Of(VehicleActor actor)
    {
        var route = actor.Tour.Route;
        return new VehicleDescription(
            actor.Applications, actor.IsSilent, actor.Applied.ToArray(), [.. Enumerable.Range(0, actor.Window.Count).Where(actor.Window.IsBelieved).Select(i => actor.Window[i])],
            actor.Manifest.Version, route.DoneCount, route.NextStop,
            [.. actor.Manifest.Stops.Select((stop, i) => new StopDescription(stop.StopId, route.StateOf(i), route.ArrivedAt(i), route.DoneAt(i)))],
            actor.Tour.Pace.Factor, [.. actor.Told.Unconfirmed().Select(entry => entry.Shipment.Value)]);
    }
}

/// <summary>One stop of <see cref="VehicleDescription"/>.</summary>
public sealed record StopDescription(string StopId, StopState State, DateTimeOffset? ArrivedAt, DateTimeOffset? DoneAt);
