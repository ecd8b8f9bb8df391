using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Actors;

namespace TrackingSilo.Engine.Hosting;

/// <summary>
/// What other actors tell the actors of one host. A tell is an absolute state, so a later one replaces an earlier one of the same pair: the box holds at most one of a
/// kind for each pair, never fills up, and putting something in never waits. That is why hosts of actors cannot wait for each other.
/// </summary>
public sealed class TellBox
{
    readonly Lock _lock = new();
    Tells _waiting = new();

    /// <summary>Answers whether the box was empty: then its host has to be woken.</summary>
    public bool Put(in ToldProgress tell)
    {
        lock (_lock)
        {
            var wasEmpty = _waiting.IsEmpty;
            var pair = (tell.Shipment, tell.Progress.Vehicle);
            if (!_waiting.Progress.TryGetValue(pair, out var known) || known.Stamp <= tell.Progress.Stamp)
                _waiting.Progress[pair] = tell.Progress;
            return wasEmpty;
        }
    }

    public bool Put(in ToldWatch tell)
    {
        lock (_lock)
        {
            var wasEmpty = _waiting.IsEmpty;
            _waiting.Watches[(tell.Vehicle, tell.Shipment)] = tell.Until;
            return wasEmpty;
        }
    }

    public bool Put(in ToldConfirmation tell)
    {
        lock (_lock)
        {
            var wasEmpty = _waiting.IsEmpty;
            _waiting.Confirmations[(tell.Vehicle, tell.Shipment)] = tell.Stamp;
            return wasEmpty;
        }
    }

    /// <summary>Takes all; <paramref name="empty"/> (an emptied one of before) takes their place. Null when there is nothing.</summary>
    public Tells? Take(Tells empty)
    {
        lock (_lock)
        {
            if (_waiting.IsEmpty)
                return null;
            var taken = _waiting;
            _waiting = empty;
            return taken;
        }
    }
}

/// <summary>One boxful.</summary>
public sealed class Tells
{
    public Dictionary<(ShipmentId Shipment, VehicleId Vehicle), VehicleProgress> Progress { get; } = [];
    public Dictionary<(VehicleId Vehicle, ShipmentId Shipment), DateTimeOffset> Watches { get; } = [];
    public Dictionary<(VehicleId Vehicle, ShipmentId Shipment), LogStamp> Confirmations { get; } = [];

    public bool IsEmpty => Progress.Count == 0 && Watches.Count == 0 && Confirmations.Count == 0;

    public int Count => Progress.Count + Watches.Count + Confirmations.Count;

    public void Clear()
    {
        Progress.Clear();
        Watches.Clear();
        Confirmations.Clear();
    }
}
