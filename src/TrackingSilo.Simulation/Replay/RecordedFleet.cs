using System.Globalization;
using NodaTime;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation.Replay;

/// <summary>
/// Recorded positions as vehicles' manifests and fixes, without parcels and without the wire: what estimates of arrival are measured on. In order of records, each trip's manifest shortly before
/// its first fix.
/// </summary>
public sealed class RecordedFleet
{
    static readonly Duration s_before = Duration.FromSeconds(20);

    readonly List<FleetRecord> _records = [];
    readonly ILookup<VehicleId, RecordedTrip> _trips = Array.Empty<RecordedTrip>().ToLookup(trip => trip.Vehicle);

    RecordedFleet(string folder, ReplayDescription description)
    {
        var fixes = PositionsFile.Read(folder, description);
        if (description.Patterns is { } patterns)
        {
            var match = new PatternMatch(PatternsFile.Read(folder, patterns), fixes);
            _trips = RecordedTrip.Of(fixes, match, description.LongestGap).ToLookup(trip => trip.Vehicle);
            foreach (var trip in _trips.SelectMany(trips => trips))
            {
                var at = (trip.Begins - s_before).ToDateTimeOffset();
                _records.Add(new FleetRecord(at, trip.Vehicle, new Manifest { Version = trip.Version, RecordTime = at, Stops = [.. trip.Manifest(description.Zone, _ => [])] }, default, trip.PlannedStart?.ToDateTimeOffset()));
            }
        }
        foreach (var fix in fixes.Where(fix => fix.IsWhole))
        {
            var seen = new Fix { Place = fix.Place!.Value, At = fix.At!.Value.ToDateTimeOffset(), SpeedMetresPerSecond = fix.Speed, HeadingDegrees = fix.Heading };
            _records.Add(new FleetRecord(fix.RecordedAt.ToDateTimeOffset(), fix.Vehicle!.Value, null, seen, null));
        }
        // Stable: a manifest comes before fixes of the same instant.
        _records = [.. _records.OrderBy(record => record.RecordTime)];
        Questions = description.Truth is { } truth ? Read(folder, description, truth) : [];
    }

    /// <exception cref="ReplayException">The data is not as described.</exception>
    public static RecordedFleet Open(string folder, ReplayDescription description) => new(folder, description);

    public IReadOnlyList<FleetRecord> Records => _records;

    /// <summary>In the order in which they were asked.</summary>
    public IReadOnlyList<ArrivalQuestion> Questions { get; }

    /// <summary>The name that a stop has in the manifest: a way may come to it twice.</summary>
    string Visit(VehicleId vehicle, string stop, DateTimeOffset asked, double metres)
    {
        var at = Instant.FromDateTimeOffset(asked);
        return _trips[vehicle].LastOrDefault(trip => trip.Begins <= at)?.Visit(stop, at, metres) ?? stop;
    }

    List<ArrivalQuestion> Read(string folder, ReplayDescription description, TruthDescription truth)
    {
        var path = Path.Combine(folder, truth.File);
        using var csv = new CsvFile(path);
        var (vehicle, stop, distance, asked, arrived, predicted)
            = (csv.Column(truth.Vehicle), csv.Column(truth.Stop), csv.Column(truth.Distance), csv.Column(truth.AskedAt), csv.Column(truth.ArrivedAt), csv.Column(truth.Predicted));
        var questions = new List<ArrivalQuestion>();
        while (csv.Next())
        {
            if (!VehicleId.TryCreate(description.Carrier, csv.Value(vehicle), out var id))
                throw new ReplayException(string.Create(CultureInfo.InvariantCulture, $"{path}:{csv.Line}: '{csv.Value(vehicle)}' is no vehicle"));
            var askedAt = At(asked, truth.AskedAtFormat);
            var metres = double.TryParse(csv.Value(distance), CultureInfo.InvariantCulture, out var value) ? value * truth.DistanceUnit : double.NaN;
            questions.Add(new ArrivalQuestion(
                id, Visit(id, csv.Value(stop), askedAt, metres), askedAt, At(arrived, truth.ArrivedAtFormat), predicted < 0 ? null : At(predicted, truth.PredictedFormat!)));
        }
        return [.. questions.OrderBy(question => question.AskedAt)];

        DateTimeOffset At(int column, TimeFormat format)
            => format.Parse(csv.Value(column), description.Zone)?.ToDateTimeOffset()
                ?? throw new ReplayException(string.Create(CultureInfo.InvariantCulture, $"{path}:{csv.Line}: '{csv.Value(column)}' is no time of the form given"));
    }
}

/// <summary>A vehicle's manifest, or where there is none, its fix.</summary>
/// <param name="PlannedStart">Of a manifest: when its trip is planned to begin.</param>
public readonly record struct FleetRecord(DateTimeOffset RecordTime, VehicleId Vehicle, Manifest? Manifest, Fix Fix, DateTimeOffset? PlannedStart);

/// <summary>When does this vehicle reach this stop, asked then? And what the feed said, and when it came.</summary>
public sealed record ArrivalQuestion(VehicleId Vehicle, string StopId, DateTimeOffset AskedAt, DateTimeOffset ArrivedAt, DateTimeOffset? Predicted);
