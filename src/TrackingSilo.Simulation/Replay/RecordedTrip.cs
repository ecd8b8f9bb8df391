using System.Collections.Immutable;
using NodaTime;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation.Replay;

/// <summary>One vehicle's way along one pattern: when it passed which stop.</summary>
sealed class RecordedTrip
{
    /// <summary>A vehicle has passed a stop when it is this far beyond it.</summary>
    const double PassedMetres = 25;

    readonly List<(Instant RecordedAt, Instant At, double Along)> _course = [];


    RecordedTrip(VehicleId vehicle, PatternShape shape, Instant? start)
    {
        Vehicle = vehicle;
        Shape = shape;
        PlannedStart = start;
    }

    public VehicleId Vehicle { get; }
    public PatternShape Shape { get; }
    public Instant? PlannedStart { get; }
    public Instant Begins => _course[0].RecordedAt;

    /// <summary>When its first fix was taken, which devices and pollers may tell minutes later.</summary>
    public Instant FirstAt => _course[0].At;

    public Instant Ends => _course[^1].RecordedAt;

    /// <summary>Stops that lay ahead when it was first seen.</summary>
    public IEnumerable<PatternStop> StopsAhead => Shape.Stops.Where(stop => stop.Along > _course[0].Along - PassedMetres);

    /// <summary>Rises from trip to trip, as versions must.</summary>
    public long Version => Begins.ToUnixTimeSeconds();

    /// <summary>The stops of its manifest. The start of the trip is planned, and nothing else: it is known where the vehicle was first seen before its first stop.</summary>
    public IEnumerable<ManifestStop> Manifest(DateTimeZone zone, Func<PatternStop, ImmutableArray<ShipmentId>> parcels)
        => StopsAhead.Select(stop => new ManifestStop
        {
            StopId = stop.Id,
            Place = stop.Place,
            PlannedAt = stop == Shape.Stops[0] ? PlannedStart?.InZone(zone).ToDateTimeOffset() : null,
            Shipments = parcels(stop),
        });

    /// <summary>Cuts each vehicle's fixes into trips: a new one begins with another trip or pattern, and after a long silence.</summary>
    public static List<RecordedTrip> Of(IEnumerable<RecordedFix> fixes, PatternMatch patterns, Duration longestGap)
    {
        var trips = new List<RecordedTrip>();
        foreach (var vehicle in fixes.Where(fix => fix.IsWhole).GroupBy(fix => fix.Vehicle!.Value))
        {
            RecordedFix? last = null;
            RecordedTrip? trip = null;
            foreach (var fix in vehicle)
            {
                if (last is null || fix.Trip != last.Trip || fix.Pattern != last.Pattern || fix.RecordedAt - last.RecordedAt > longestGap)
                    trip = Begin(vehicle.Key, patterns.Of(fix), fix.Start);
                trip?.Add(fix);
                last = fix;
            }
        }
        // A vehicle seen once on a trip tells nothing about stops.
        trips.RemoveAll(trip => trip._course.Count < 2);
        trips.Sort((a, b) => a.Begins != b.Begins ? a.Begins.CompareTo(b.Begins) : a.Vehicle.CompareTo(b.Vehicle));
        return trips;

        RecordedTrip? Begin(VehicleId vehicle, PatternShape? shape, Instant? start)
        {
            if (shape is null)
                return null;
            var trip = new RecordedTrip(vehicle, shape, start);
            trips.Add(trip);
            return trip;
        }
    }

    /// <summary>When it passed a stop, and when that could first be seen; null: it was not seen beyond it.</summary>
    public (Instant At, Instant SeenAt)? Passed(PatternStop stop)
    {
        for (var i = 0; i < _course.Count; i++)
        {
            var (recorded, at, along) = _course[i];
            if (along < stop.Along + PassedMetres)
                continue;
            if (i == 0)
                return (at, recorded);
            var (_, atBefore, alongBefore) = _course[i - 1];
            var share = along > alongBefore ? Math.Clamp((stop.Along - alongBefore) / (along - alongBefore), 0, 1) : 1;
            // To the second, as such times are told.
            return (atBefore + Duration.FromSeconds(Math.Round((at - atBefore).TotalSeconds * share)), recorded);
        }
        return null;
    }

    /// <summary>Which visit to a stop lies about so many metres ahead at that time; of an unknown distance, the first ahead. Null: the way has no such stop.</summary>
    public string? Visit(string stop, Instant at, double metresAhead)
    {
        var along = _course[0].Along;
        foreach (var (recorded, _, reached) in _course)
        {
            if (recorded <= at)
                along = reached;
        }
        var visits = Shape.Stops.Where(visit => visit.Id == stop || visit.Id.StartsWith(stop + "-", StringComparison.Ordinal));
        return double.IsNaN(metresAhead)
            ? visits.FirstOrDefault(visit => visit.Along > along)?.Id
            : visits.MinBy(visit => Math.Abs(visit.Along - along - metresAhead))?.Id;
    }

    // Late and repeated fixes do not take it back.
    void Add(RecordedFix fix)
    {
        var (along, _) = Shape.Project(fix.Place!.Value, fix.DistanceMetres);
        if (_course.Count == 0 || (fix.At > _course[^1].At && along >= _course[^1].Along))
            _course.Add((fix.RecordedAt, fix.At!.Value, along));
    }
}
