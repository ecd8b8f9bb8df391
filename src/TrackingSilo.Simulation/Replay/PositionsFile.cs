using System.Globalization;
using NodaTime;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation.Replay;

/// <summary>Reads a file of recorded positions.</summary>
static class PositionsFile
{
    /// <summary>All rows that the filters leave, in order of their records.</summary>
    public static List<RecordedFix> Read(string folder, ReplayDescription description)
    {
        var positions = description.Positions;
        var path = Path.Combine(folder, positions.File);
        using var csv = new CsvFile(path);
        var columns = new Columns(csv, positions);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal); // few texts, many times
        var fixes = new List<RecordedFix>();
        while (csv.Next())
        {
            if (!positions.Filters.All(filter => filter.Values.Contains(csv.Value(csv.Column(filter.Column))) != filter.Negated))
                continue;
            var recorded = positions.RecordedAtFormat.Parse(csv.Value(columns.RecordedAt), description.Zone)
                ?? throw new ReplayException(string.Create(
                    CultureInfo.InvariantCulture, $"{path}:{csv.Line}: '{csv.Value(columns.RecordedAt)}' in column {positions.RecordedAt} is no time of the form given"));
            fixes.Add(Fix(csv, columns, description, recorded, Same));
        }
        if (fixes.Count == 0)
            throw new ReplayException($"{path}: there is no row to play");
        fixes.Sort((a, b) => a.RecordedAt.CompareTo(b.RecordedAt));
        return fixes;

        string Same(string text)
        {
            if (!texts.TryGetValue(text, out var known))
                texts.Add(text, known = text);
            return known;
        }
    }

    static RecordedFix Fix(CsvFile csv, Columns columns, ReplayDescription description, Instant recorded, Func<string, string> same)
    {
        var positions = description.Positions;
        var at = Newest(positions.AtFormat.Parse(csv.Value(columns.At), description.Zone), positions.AtPrecision, recorded);
        VehicleId? vehicle = VehicleId.TryCreate(description.Carrier, same(csv.Value(columns.Vehicle)), out var id) ? id : null;
        GeoPoint? place = GeoPoint.TryCreate(Number(columns.Latitude), Number(columns.Longitude), out var point) ? point : null;
        return new RecordedFix
        {
            RecordedAt = recorded,
            At = at,
            Vehicle = vehicle,
            Place = place,
            Speed = MathF.Round((float)(Number(columns.Speed) * positions.SpeedUnit), 2),
            Heading = (float)Number(columns.Heading),
            Trip = same(csv.Value(columns.Trip)),
            Route = same(csv.Value(columns.Route)),
            Pattern = same(csv.Value(columns.Pattern)),
            DistanceMetres = Number(columns.Distance) * positions.DistanceUnit,
            Start = Start(Number(columns.Start), recorded, description.Zone),
            Raw = at is null || vehicle is null || place is null
                ? [csv.Value(columns.Vehicle), csv.Value(columns.At), csv.Value(columns.Latitude), csv.Value(columns.Longitude)]
                : null,
        };

        double Number(int column)
            => double.TryParse(csv.Value(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : double.NaN;
    }

    static Instant? Newest(Instant? at, Duration precision, Instant recorded)
        => at is { } known && known < recorded ? Instant.Min(known + precision, recorded) : at;

    // The day is that on which the trip begins nearest to its record: seconds go on counting after midnight.
    static Instant? Start(double seconds, Instant recorded, DateTimeZone zone)
    {
        if (!(seconds is >= 0 and < 172_800))
            return null;
        var today = recorded.InZone(zone).Date;
        var nearest = Instant.MinValue;
        for (var day = -2; day <= 1; day++)
        {
            var start = zone.AtLeniently(today.PlusDays(day).AtMidnight().PlusSeconds((long)seconds)).ToInstant();
            if (nearest == Instant.MinValue || Away(start) < Away(nearest))
                nearest = start;
        }
        return nearest;

        double Away(Instant start) => Math.Abs((start - recorded).TotalSeconds);
    }

    sealed class Columns(CsvFile csv, PositionsDescription positions)
    {
        public int Vehicle { get; } = csv.Column(positions.Vehicle);
        public int At { get; } = csv.Column(positions.At);
        public int RecordedAt { get; } = csv.Column(positions.RecordedAt);
        public int Latitude { get; } = csv.Column(positions.Latitude);
        public int Longitude { get; } = csv.Column(positions.Longitude);
        public int Speed { get; } = csv.Column(positions.Speed);
        public int Heading { get; } = csv.Column(positions.Heading);
        public int Trip { get; } = csv.Column(positions.Trip);
        public int Route { get; } = csv.Column(positions.Route);
        public int Pattern { get; } = csv.Column(positions.Pattern);
        public int Start { get; } = csv.Column(positions.Start);
        public int Distance { get; } = csv.Column(positions.Distance);
    }
}
