using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>Which topic a message goes to; without the prefix, which is the installation's.</summary>
public enum MessageTopic : byte
{
    Shipments,
    Scans,
    Manifests,
    Positions,
    Commands,
}

/// <summary>One message as a carrier sends it.</summary>
/// <param name="SendAt">When it is sent, in domain time: the timestamp of its record.</param>
/// <param name="Key">Key of its record: the shipment's or the vehicle's id, in broken messages whatever the sender made of it.</param>
/// <param name="Value">The bytes, which in broken messages need not be JSON.</param>
/// <param name="Fact">What a correct receiver makes of it.</param>
public sealed record SimulatedMessage(DateTimeOffset SendAt, MessageTopic Topic, string Key, byte[] Value, Fact Fact)
{
    /// <summary>The faults that made it what it is, or arrive when it does.</summary>
    public Fault Faults { get; init; }
}

/// <summary>What a correct receiver makes of a message.</summary>
public abstract record Fact;

public sealed record RegistrationFact(ShipmentId Shipment) : Fact;

/// <param name="ScanId">The same for every copy of one scan.</param>
/// <param name="Retracts">The <paramref name="ScanId"/> that it takes back.</param>
public sealed record ScanFact(ShipmentId Shipment, string ScanId, ScanEvent Event, DateTimeOffset OccurredAt, string? Retracts = null) : Fact;

public sealed record ManifestFact(VehicleId Vehicle, long Version, int Stops) : Fact;

public sealed record FixFact(VehicleId Vehicle, DateTimeOffset At) : Fact;

public sealed record CommandFact(ShipmentId Shipment, string CommandId) : Fact;

/// <summary>It is no message at all, and must come back with this reason (in the wire's spelling, such as <c>not-json</c>).</summary>
public sealed record RefusedFact(string Reason) : Fact;
