using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Ports;

/// <summary>
/// Where an engine writes what happened at fences. Nothing is lost: no checkpoint covers the fixes that led to an event before the event is written. Nothing counts twice: after a
/// crash an event may come again, under the same id.
/// </summary>
public interface IFenceLog
{
    /// <summary>Must not block. In the order in which things were concluded, retractions too.</summary>
    /// <param name="vehicle">Whose doing it was.</param>
    /// <param name="happened">What.</param>
    /// <param name="fence">As it is in force now; null where it is not any more.</param>
    void Append(VehicleId vehicle, in FenceEvent happened, Geofence? fence);

    /// <summary>Completes when all that was appended before is written.</summary>
    /// <exception cref="IOException">It could not be written: it is kept, and the next call tries again.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}
