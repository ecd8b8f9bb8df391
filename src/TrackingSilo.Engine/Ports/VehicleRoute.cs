using System.Collections.Immutable;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Engine.Ports;

/// <summary>A vehicle's tour as operators see it: all stops of its present manifest, in planned order.</summary>
public sealed record VehicleRoute(VehicleId Id, ImmutableArray<RouteStop> Stops);

/// <summary>One stop, as planned and as it went.</summary>
/// <param name="Shipments">How many are for it.</param>
/// <param name="ExpectedAt">For a stop that lies ahead, by the vehicle's newest fix.</param>
public sealed record RouteStop(
    string StopId, GeoPoint Place, int Shipments, StopState State, DateTimeOffset? PlannedAt, DateTimeOffset? ExpectedAt, DateTimeOffset? ArrivedAt, DateTimeOffset? DoneAt);
