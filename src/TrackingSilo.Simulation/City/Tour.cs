using System.Collections.Immutable;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>One van's working day as it really goes: the truth that estimates can be scored against.</summary>
public sealed record Tour(VehicleId Vehicle, DateTimeOffset DepartsAt, DateTimeOffset EndsAt, ImmutableArray<TourStop> Stops);

/// <summary>One stop of a <see cref="Tour"/>.</summary>
/// <param name="PlannedAt">What the manifest says.</param>
/// <param name="ArrivesAt">When the van really comes to a halt there.</param>
public sealed record TourStop(
    string StopId, GeoPoint Place, DateTimeOffset PlannedAt, DateTimeOffset ArrivesAt, DateTimeOffset LeavesAt, ImmutableArray<ShipmentId> Shipments);
