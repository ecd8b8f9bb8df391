using System.Collections.Immutable;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>A vehicle's planned stops, in planned order. Immutable; a higher <see cref="Version"/> replaces a lower one.</summary>
public sealed record Manifest
{
    public static readonly Manifest None = new() { Version = -1, RecordTime = DateTimeOffset.MinValue, Stops = [] };

    public required long Version { get; init; }

    /// <summary>When the record that carried it entered the log: between vehicles, the newest manifest with a shipment claims it.</summary>
    public required DateTimeOffset RecordTime { get; init; }

    public required ImmutableArray<ManifestStop> Stops { get; init; }
}

/// <summary>One planned stop and the shipments to hand over there.</summary>
public sealed record ManifestStop
{
    public required string StopId { get; init; }

    public required GeoPoint Place { get; init; }

    /// <summary>How long the plan gives the stop, in seconds; null where the plan says nothing.</summary>
    public int? ServiceSeconds { get; init; }

    public DateTimeOffset? PlannedAt { get; init; }

    public ImmutableArray<ShipmentId> Shipments { get; init; } = [];
}
