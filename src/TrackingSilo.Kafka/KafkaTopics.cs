namespace TrackingSilo.Kafka;

/// <summary>The names of the topics: a prefix of the installation's own choice, and what the topic carries.</summary>
public sealed class KafkaTopics(string prefix = KafkaTopics.DefaultPrefix)
{
    public const string DefaultPrefix = "tracking.";

    /// <summary>Registrations of shipments and their changes. Key: shipment id.</summary>
    public string Shipments { get; } = prefix + "shipments";

    /// <summary>What carriers report of a shipment. Key: shipment id.</summary>
    public string Scans { get; } = prefix + "scans";

    /// <summary>A vehicle's stops in planned order. Key: vehicle id.</summary>
    public string Manifests { get; } = prefix + "manifests";

    /// <summary>Where a vehicle is. Key: vehicle id.</summary>
    public string Positions { get; } = prefix + "positions";

    /// <summary>What recipients, merchants and operators ask for. Key: shipment id.</summary>
    public string Commands { get; } = prefix + "commands";

    /// <summary>What was not accepted, with its bytes and the reason. Key: the original's.</summary>
    public string Refused { get; } = prefix + "refused";

    /// <summary>What the system says to recipients. Key: shipment id.</summary>
    public string Notifications { get; } = prefix + "notifications";

    /// <summary>What the system passes on to carriers. Key: shipment id.</summary>
    public string Instructions { get; } = prefix + "instructions";

    /// <summary>What happened at geofences. Key: vehicle id.</summary>
    public string Fences { get; } = prefix + "fences";

    /// <summary>The topics that lead to a change of state, thus those that are read.</summary>
    public IReadOnlyList<string> Inputs => [Shipments, Scans, Manifests, Positions, Commands];

    /// <summary>The topics that only this system writes to.</summary>
    public IReadOnlyList<string> Outputs => [Refused, Notifications, Instructions, Fences];
}
