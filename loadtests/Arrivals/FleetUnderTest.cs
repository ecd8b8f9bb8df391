using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.LoadTests.Arrivals;

/// <summary>
/// The engine's own vehicles and its one learner, fed in record order. What was learned is published as often as in a server, so an estimate knows nothing that a server would not know at that moment.
/// </summary>
sealed class FleetUnderTest
{
    static readonly OpenedPartition Log = new(new LogPartition("recorded", "vehicles", 0), new PartitionId(1), Generation: 1, DurableOffset: -1);

    readonly Dictionary<VehicleId, VehicleActor> _vehicles = [];
    readonly ArrivalLearner _learner = new();
    readonly Effects _effects = new();
    Knowledge _knowledge = new(GeofenceIndex.Empty, ArrivalModel.Untrained, CountdownRungs.Default);
    DateTimeOffset _learnedAt;
    long _offset;

    public long Scores { get; private set; }
    public long ScoresInWindow { get; private set; }
    public int LearnedBytes => _learner.Save().Length;

    public void Apply(in FleetRecord record)
    {
        LearnUntil(record.RecordTime);
        if (!_vehicles.TryGetValue(record.Vehicle, out var vehicle))
            _vehicles.Add(record.Vehicle, vehicle = new VehicleActor(record.Vehicle));
        var report = new Report
        {
            Kind = record.Manifest is null ? ReportKind.Position : ReportKind.Manifest,
            Key = record.Vehicle.Value,
            Offset = _offset++,
            RecordTime = record.RecordTime,
            Fix = record.Fix,
            Body = record.Manifest,
        };
        vehicle.Apply(report, Log, _knowledge, record.RecordTime, _effects);
        foreach (var leg in _effects.Legs)
            _learner.Observe(leg);
        foreach (var score in _effects.Scores)
        {
            _learner.Observe(score);
            Scores++;
            ScoresInWindow += score.InWindow ? 1 : 0;
        }
        _effects.Clear();
    }

    /// <summary>What would be shown at that moment; null: the vehicle has no such stop ahead, or has not been seen.</summary>
    public ArrivalEstimate? Ask(VehicleId vehicle, string stopId, DateTimeOffset now)
    {
        LearnUntil(now);
        return _vehicles.TryGetValue(vehicle, out var actor) && IndexOf(actor.Manifest, stopId) is var stop and >= 0
            ? actor.ArrivalAt(stop, _knowledge, now)
            : null;
    }

    static int IndexOf(Manifest manifest, string stopId)
    {
        for (var stop = 0; stop < manifest.Stops.Length; stop++)
        {
            if (manifest.Stops[stop].StopId == stopId)
                return stop;
        }
        return -1;
    }

    void LearnUntil(DateTimeOffset now)
    {
        if (now - _learnedAt < Limits.LearnerInterval)
            return;
        _learnedAt = now;
        _knowledge = _knowledge with { Arrivals = _learner.Snapshot() };
    }
}
