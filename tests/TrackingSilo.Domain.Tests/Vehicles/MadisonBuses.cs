using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

/// <summary>Real buses, polled every 200 s or more, with the distance along their pattern that the agency's own odometers say.</summary>
sealed class MadisonBuses
{
    const double MetresPerFoot = 0.3048;
    const double MetresPerSecondPerMph = 0.44704;

    // Madison in September, whatever the machine's own time zone.
    static readonly TimeSpan Offset = TimeSpan.FromHours(-5);

    readonly Dictionary<string, Pattern> _patterns = [];
    readonly string _vehicles;

    /// <summary>A pattern of stops as a plan, with each stop's feet along it.</summary>
    public sealed record Pattern(RoutePlan Plan, ImmutableArray<double> Feet);

    /// <param name="Bus">Name of the vehicle.</param>
    /// <param name="Trip">A bus gets a new plan with each.</param>
    /// <param name="Pattern">Null where the static data does not know it.</param>
    /// <param name="Feet">Along the pattern, by the odometer.</param>
    public sealed record Poll(string Bus, string Trip, Pattern? Pattern, Fix Fix, DateTimeOffset RecordTime, double Feet);

    MadisonBuses(string folder)
    {
        _vehicles = Path.Combine(folder, "vehicles.csv.gz");
        using var stream = new GZipStream(File.OpenRead(Path.Combine(folder, "static-routes.json.gz")), CompressionMode.Decompress);
        using var routes = JsonDocument.Parse(stream);
        foreach (var route in routes.RootElement.GetProperty("patterns").EnumerateObject())
        {
            foreach (var pattern in route.Value.EnumerateArray())
                _patterns[pattern.GetProperty("pid").GetInt32().ToString(CultureInfo.InvariantCulture)] = Read(pattern);
        }
    }

    /// <summary>Null where the data is not there.</summary>
    public static MadisonBuses? Find() => SharedData.Find("madison-bus") is { } folder ? new MadisonBuses(folder) : null;

    public IEnumerable<Poll> Polls()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(_vehicles), CompressionMode.Decompress));
        var columns = reader.ReadLine()!.Split(',');
        int Column(string name) => Array.IndexOf(columns, name);
        var (bus, latitude, longitude, feet, pattern, trip) = (Column("vid"), Column("lat"), Column("lon"), Column("pdist"), Column("pid"), Column("tatripid"));
        var (speed, heading, at, collected) = (Column("spd"), Column("hdg"), Column("tmstmp"), Column("collection_timestamp"));
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            if (cells.Length != columns.Length || cells[bus].Length == 0 || !GeoPoint.TryCreate(Number(cells[latitude]), Number(cells[longitude]), out var place))
                continue;
            var fix = new Fix
            {
                Place = place,
                At = new DateTimeOffset(DateTime.ParseExact(cells[at], "yyyyMMdd HH:mm", CultureInfo.InvariantCulture), Offset),
                SpeedMetresPerSecond = (float)(Number(cells[speed]) * MetresPerSecondPerMph),
                HeadingDegrees = (float)Number(cells[heading]),
            };
            var recordTime = new DateTimeOffset(DateTime.Parse(cells[collected], CultureInfo.InvariantCulture), Offset);
            yield return new Poll(cells[bus], $"{cells[pattern]}/{cells[trip]}", _patterns.GetValueOrDefault(cells[pattern]), fix, recordTime, Number(cells[feet]));
        }
    }

    static Pattern Read(JsonElement pattern)
    {
        var stops = ImmutableArray.CreateBuilder<ManifestStop>();
        var feet = ImmutableArray.CreateBuilder<double>();
        var metres = 0.0;
        GeoPoint? before = null;
        foreach (var point in pattern.GetProperty("pt").EnumerateArray())
        {
            var place = GeoPoint.Create(point.GetProperty("lat").GetDouble(), point.GetProperty("lon").GetDouble());
            metres += before?.DistanceMetresTo(place) ?? 0;
            before = place;
            if (point.GetProperty("typ").GetString() != "S")
                continue;
            stops.Add(new ManifestStop { StopId = point.GetProperty("stpid").GetString()!, Place = place, ServiceSeconds = 10 });
            feet.Add(metres / MetresPerFoot);
        }
        return new Pattern(RoutePlan.From(new Manifest { Version = 1, RecordTime = DateTimeOffset.MinValue, Stops = stops.ToImmutable() }), feet.ToImmutable());
    }

    static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
