using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Actors;

/// <summary>
/// The shipments of one vehicle as the vehicle knows them: at which stop each is, which are watched, and which have not confirmed that they hold durably what they were told.
/// Mutable, for one thread.
/// </summary>
sealed class ToldShipments
{
    /// <summary>Stop of a shipment that the manifest no longer has.</summary>
    public const int Dropped = -1;

    readonly Dictionary<ShipmentId, int> _stops = [];
    readonly Dictionary<ShipmentId, LogStamp> _unconfirmed = [];
    readonly Dictionary<ShipmentId, DateTimeOffset> _watched = [];
    readonly List<(ShipmentId Shipment, int Stop)> _answer = [];

    public bool HasWatched => _watched.Count > 0;

    public bool HasUnconfirmed => _unconfirmed.Count > 0;

    /// <summary>Takes a manifest. Answers the shipments that it no longer has.</summary>
    public IReadOnlyList<ShipmentId> Plan(VehicleId vehicle, Manifest manifest)
    {
        var before = _stops.Keys.ToList();
        _stops.Clear();
        for (var stop = 0; stop < manifest.Stops.Length; stop++)
        {
            foreach (var shipment in manifest.Stops[stop].Shipments)
            {
                // A vehicle speaks only of its own carrier's shipments.
                if (shipment.Carrier == vehicle.Carrier)
                    _stops[shipment] = stop;
            }
        }
        before.RemoveAll(_stops.ContainsKey);
        return before;
    }

    public IEnumerable<KeyValuePair<ShipmentId, int>> All => _stops;

    public int StopOf(ShipmentId shipment) => _stops.GetValueOrDefault(shipment, Dropped);

    /// <summary>False when the shipment is not on the manifest.</summary>
    public bool Watch(ShipmentId shipment, DateTimeOffset until, out int stop)
    {
        if (!_stops.TryGetValue(shipment, out stop))
            return false;
        _watched[shipment] = until;
        return true;
    }

    /// <summary>Watched shipments and their stops; valid until the next call. Leases that have run out end here.</summary>
    public IReadOnlyList<(ShipmentId Shipment, int Stop)> Watched(DateTimeOffset now)
    {
        _answer.Clear();
        foreach (var (shipment, until) in _watched)
        {
            if (until <= now || !_stops.TryGetValue(shipment, out var stop))
                _watched.Remove(shipment);
            else
                _answer.Add((shipment, stop));
        }
        return _answer;
    }

    public void Told(ShipmentId shipment, LogStamp stamp) => _unconfirmed[shipment] = stamp;

    /// <summary>Answers whether nothing is left to be confirmed by that shipment now, where something was.</summary>
    public bool Confirm(ShipmentId shipment, LogStamp stamp)
        => _unconfirmed.TryGetValue(shipment, out var told) && told <= stamp && _unconfirmed.Remove(shipment);

    /// <summary>Shipments that have not confirmed, with their stop or <see cref="Dropped"/>.</summary>
    public IReadOnlyList<(ShipmentId Shipment, int Stop)> Unconfirmed()
        => [.. _unconfirmed.Keys.Select(shipment => (shipment, StopOf(shipment)))];
}
