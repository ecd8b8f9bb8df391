using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>
/// What was sent, and what a correct receiver must have made of it in the end. Fed with messages as they are sent, so that it also
/// holds for a run that is cut short. Not thread-safe.
/// </summary>
public sealed class Ledger
{
    readonly Dictionary<MessageTopic, long> _messages = [];
    readonly Dictionary<string, long> _refused = [];
    readonly Dictionary<Fault, long> _faults = [];
    readonly Dictionary<ShipmentId, ShipmentAccount> _shipments = [];
    readonly Dictionary<VehicleId, VehicleAccount> _vehicles = [];

    /// <summary>All messages sent, broken ones and copies included.</summary>
    public IReadOnlyDictionary<MessageTopic, long> Messages => _messages;

    /// <summary>Messages that must be refused, by reason.</summary>
    public IReadOnlyDictionary<string, long> RefusedByReason => _refused;

    /// <summary>Messages with each single fault.</summary>
    public IReadOnlyDictionary<Fault, long> Faults => _faults;

    public IReadOnlyDictionary<ShipmentId, ShipmentAccount> Shipments => _shipments;

    public IReadOnlyDictionary<VehicleId, VehicleAccount> Vehicles => _vehicles;

    public void Record(SimulatedMessage message)
    {
        Count(_messages, message.Topic);
        for (var faults = (int)message.Faults; faults != 0; faults &= faults - 1)
            Count(_faults, (Fault)(faults & -faults));
        switch (message.Fact)
        {
            case RegistrationFact registration:
                Of(registration.Shipment).Registrations++;
                break;
            case ScanFact scan:
                Of(scan.Shipment).Record(scan);
                break;
            case ManifestFact manifest:
                Of(manifest.Vehicle).Record(manifest);
                break;
            case FixFact fix:
                Of(fix.Vehicle).Record(message.Faults);
                break;
            case CommandFact command:
                Of(command.Shipment).Commands++;
                break;
            case RefusedFact refused:
                Count(_refused, refused.Reason);
                break;
        }
    }

    ShipmentAccount Of(ShipmentId id) => Of(_shipments, id);

    VehicleAccount Of(VehicleId id) => Of(_vehicles, id);

    static TAccount Of<TId, TAccount>(Dictionary<TId, TAccount> accounts, TId id)
        where TId : notnull
        where TAccount : new()
    {
        if (!accounts.TryGetValue(id, out var account))
            accounts.Add(id, account = new TAccount());
        return account;
    }

    static void Count<T>(Dictionary<T, long> counts, T what)
        where T : notnull
        => counts[what] = counts.GetValueOrDefault(what) + 1;
}

/// <summary>What was sent of one shipment.</summary>
public sealed class ShipmentAccount
{
    readonly Dictionary<string, ScanFact> _scans = [];

    /// <summary>Registration messages, copies included.</summary>
    public int Registrations { get; internal set; }

    /// <summary>Scan messages, copies included.</summary>
    public int ScanMessages { get; private set; }

    public int Commands { get; internal set; }

    /// <summary>Scans without their copies; retractions count as scans.</summary>
    public int DistinctScans => _scans.Count;

    public IReadOnlyCollection<ScanFact> Scans => _scans.Values;

    /// <summary>
    /// Where the shipment stands when all of its scans count once, in the order in which they happened, those taken back excepted. The city's lives are
    /// regular, so that this needs no more than the last scan that bears a status; it is deliberately not the engine's own fold.
    /// </summary>
    public ShipmentStatus ExpectedStatus
    {
        get
        {
            var takenBack = _scans.Values.Select(scan => scan.Retracts).OfType<string>().ToHashSet();
            return _scans.Values
                .Where(scan => !takenBack.Contains(scan.ScanId))
                .OrderBy(scan => scan.OccurredAt)
                .Select(scan => StatusAfter(scan.Event))
                .LastOrDefault(status => status is not null) ?? ShipmentStatus.Registered;
        }
    }

    internal void Record(ScanFact scan)
    {
        ScanMessages++;
        _scans.TryAdd(scan.ScanId, scan);
    }

    static ShipmentStatus? StatusAfter(ScanEvent scanEvent) => scanEvent switch
    {
        ScanEvent.Registered => ShipmentStatus.Registered,
        ScanEvent.PickedUp or ScanEvent.ArrivedAtFacility or ScanEvent.DepartedFacility or ScanEvent.Redelivery => ShipmentStatus.InTransit,
        ScanEvent.OutForDelivery => ShipmentStatus.OutForDelivery,
        ScanEvent.AttemptFailed => ShipmentStatus.AttemptFailed,
        ScanEvent.ReadyForPickup => ShipmentStatus.ReadyForPickup,
        ScanEvent.Delivered => ShipmentStatus.Delivered,
        ScanEvent.ReturnStarted => ShipmentStatus.Returning,
        ScanEvent.Returned => ShipmentStatus.Returned,
        ScanEvent.Cancelled => ShipmentStatus.Cancelled,
        ScanEvent.Lost => ShipmentStatus.Lost,
        _ => null,
    };
}

/// <summary>What was sent of one vehicle.</summary>
public sealed class VehicleAccount
{
    /// <summary>Fixes, copies excepted.</summary>
    public long Fixes { get; private set; }

    /// <summary>Copies of fixes that were sent before.</summary>
    public long Copies { get; private set; }

    public long Outliers { get; private set; }

    public long FromTheFuture { get; private set; }

    public long Inaccurate { get; private set; }

    public long HighestManifest { get; private set; } = -1;

    internal void Record(Fault faults)
    {
        if (faults.HasFlag(Fault.Duplicated))
        {
            Copies++;
            return;
        }
        Fixes++;
        Outliers += faults.HasFlag(Fault.Outliers) ? 1 : 0;
        Inaccurate += faults.HasFlag(Fault.Inaccurate) ? 1 : 0;
        FromTheFuture += faults.HasFlag(Fault.SkewedClocks) ? 1 : 0;
    }

    internal void Record(ManifestFact manifest) => HighestManifest = Math.Max(HighestManifest, manifest.Version);
}
