using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Engine.Ports;

/// <summary>
/// Where an engine hands over outbox entries once the state that holds them is durable. The receiver delivers them at least once and then
/// calls <see cref="ITrackingEngine.ConfirmSentAsync"/>; until then the engine offers them again, also after a restart.
/// </summary>
public interface IOutbox
{
    /// <summary>Must not block. False when there is no room now: the engine offers the entries again later.</summary>
    bool TryEnqueue(ShipmentId id, IReadOnlyList<OutboxEntry> entries);
}
