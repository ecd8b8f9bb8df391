using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Ports;

/// <summary>Where an engine publishes what people look at. Called on the actors' own threads: implementations must neither block nor throw.</summary>
public interface IUpdateSink
{
    /// <summary>Whether anybody looks at the fleet: if not, vehicles are not published at all.</summary>
    bool FleetIsWatched { get; }

    /// <summary>A watched shipment's newest view, for recipients. A later call supersedes an earlier one for the same shipment.</summary>
    void Publish(PublishedView view);

    /// <summary>A vehicle's newest state. A later call supersedes an earlier one for the same vehicle.</summary>
    void Publish(in VehicleView view);
}

/// <summary>A vehicle as operators see it on the fleet page.</summary>
/// <param name="StopsDone">Stops of the present manifest that lie behind it.</param>
/// <param name="Silent">It has not reported for longer than it should.</param>
/// <param name="Fence">Name of one fence that it is in; null where it is in none.</param>
/// <param name="LateSeconds">How much later than planned it comes to its next stop, going by its newest fix; negative: earlier; null: nothing is planned.</param>
public readonly record struct VehicleView(
    VehicleId Id, GeoPoint Place, DateTimeOffset SeenAt, float SpeedMetresPerSecond, int StopsDone, int StopsTotal, bool Silent, string? Fence, int? LateSeconds = null);
