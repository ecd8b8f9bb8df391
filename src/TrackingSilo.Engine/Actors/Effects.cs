using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Actors;

/// <summary>
/// What an actor wants to happen after one message. The host does it and clears the lists; they are kept, so that a message without effects costs nothing.
/// </summary>
public sealed class Effects
{
    /// <summary>A vehicle tells shipments how far it is.</summary>
    public List<ToldProgress> Progress { get; } = [];

    /// <summary>A shipment tells its vehicle that somebody watches.</summary>
    public List<ToldWatch> Watches { get; } = [];

    /// <summary>Truths for the learner.</summary>
    public List<ArrivalScore> Scores { get; } = [];
    public List<LegObservation> Legs { get; } = [];

    /// <summary>Milestones decided.</summary>
    public List<MilestoneDecision> Milestones { get; } = [];

    /// <summary>The actor's view is another than before.</summary>
    public bool ViewChanged { get; set; }

    /// <summary>The actor's state is another than in the store.</summary>
    public bool StateChanged { get; set; }

    /// <summary>What happened at fences, retractions included.</summary>
    public List<FenceEvent> FenceEvents { get; } = [];

    public int StopsDone { get; set; }

    public void Clear()
    {
        // Nearly always there is nothing in any of them.
        if ((Progress.Count | Watches.Count | Scores.Count | Legs.Count | Milestones.Count | FenceEvents.Count) != 0)
        {
            Progress.Clear();
            Watches.Clear();
            Scores.Clear();
            Legs.Clear();
            Milestones.Clear();
            FenceEvents.Clear();
        }
        ViewChanged = StateChanged = false;
        StopsDone = 0;
    }
}

/// <summary>To <paramref name="Shipment"/>: a vehicle's word.</summary>
public readonly record struct ToldProgress(ShipmentId Shipment, VehicleProgress Progress);

/// <summary>To <paramref name="Vehicle"/>: a shipment of its manifest is watched until then.</summary>
public readonly record struct ToldWatch(VehicleId Vehicle, ShipmentId Shipment, DateTimeOffset Until);

/// <summary>To <paramref name="Vehicle"/>: a shipment holds its word of <paramref name="Stamp"/> (or a later one) durably.</summary>
public readonly record struct ToldConfirmation(VehicleId Vehicle, ShipmentId Shipment, LogStamp Stamp);
