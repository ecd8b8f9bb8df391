using NodaTime;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation.Replay;

/// <summary>Reads descriptions from YAML, and finds the one that fits a folder.</summary>
public static class DescriptionReader
{
    static readonly Dictionary<string, double> s_speedUnits = new()
    {
        ["m/s"] = 1, ["km/h"] = 1 / 3.6, ["mph"] = 0.44704, ["knots"] = 1852 / 3600.0,
    };

    static readonly Dictionary<string, double> s_distanceUnits = new()
    {
        ["metres"] = 1, ["kilometres"] = 1_000, ["feet"] = 0.3048, ["miles"] = 1_609.344,
    };

    /// <summary>Those that come with the program.</summary>
    public static string OwnDescriptions => Path.Combine(AppContext.BaseDirectory, "replays");

    /// <exception cref="ReplayException">It is none; the message names the line.</exception>
    public static ReplayDescription Read(string file)
    {
        var root = YamlSection.Load(file);
        var description = new ReplayDescription
        {
            Name = root.Text("name"),
            Carrier = root.Parsed("carrier", text => (VehicleId.TryCreate(text, "X", out _) ? text : null, "must be 1 to 32 of a-z, 0-9 and -")),
            Zone = root.Parsed("timeZone", text => (DateTimeZoneProviders.Tzdb.GetZoneOrNull(text), $"'{text}' is no IANA time zone")),
            City = root.Text("city"),
            Country = root.Parsed("country", text => (text.Length == 2 ? text : null, "must be two letters of ISO 3166-1")),
            Positions = PositionsOf(root.Section("positions")),
            Patterns = root.OptionalSection("patterns") is { } patterns ? PatternsOf(patterns) : null,
            Parcels = root.OptionalSection("parcels") is { } parcels ? ParcelsOf(parcels) : new ParcelsDescription(),
            LongestGap = Duration.FromMinutes(root.Integer("longestGapMinutes", 60, 1, 100_000)),
            Truth = root.OptionalSection("truth") is { } truth ? TruthOf(truth) : null,
        };
        root.RefuseUnread();
        return description;
    }

    /// <summary>The first of <paramref name="descriptions"/>, in order of their names, all of whose files are in the folder; null: none.</summary>
    public static ReplayDescription? Find(string folder, string descriptions)
        => Directory.Exists(descriptions)
            ? Directory.EnumerateFiles(descriptions, "*.yaml").Order(StringComparer.Ordinal).Select(Read)
                .FirstOrDefault(description => description.Files.All(file => File.Exists(Path.Combine(folder, file))))
            : null;

    static PositionsDescription PositionsOf(YamlSection section)
    {
        var columns = section.Section("columns");
        var formats = section.Section("formats");
        var units = section.OptionalSection("units");
        return new PositionsDescription
        {
            File = section.Text("file"),
            Vehicle = columns.Text("vehicle"),
            Latitude = columns.Text("latitude"),
            Longitude = columns.Text("longitude"),
            At = columns.Text("at"),
            AtFormat = FormatOf(formats, "at"),
            AtPrecision = Duration.FromSeconds(section.Integer("atPrecisionSeconds", 0, 0, 3_600)),
            RecordedAt = columns.Text("recordedAt"),
            RecordedAtFormat = FormatOf(formats, "recordedAt"),
            Speed = columns.OptionalText("speed"),
            SpeedUnit = units?.Choice("speed", s_speedUnits, 1) ?? 1,
            Heading = columns.OptionalText("heading"),
            Trip = columns.OptionalText("trip"),
            Route = columns.OptionalText("route"),
            Pattern = columns.OptionalText("pattern"),
            Start = columns.OptionalText("start"),
            Distance = columns.OptionalText("distance"),
            DistanceUnit = units?.Choice("distance", s_distanceUnits, 1) ?? 1,
            Filters = [.. section.Sections("filters").Select(FilterOf)],
        };
    }

    static TruthDescription TruthOf(YamlSection section)
    {
        var columns = section.Section("columns");
        var formats = section.Section("formats");
        var predicted = columns.OptionalText("predicted");
        return new TruthDescription
        {
            File = section.Text("file"),
            Vehicle = columns.Text("vehicle"),
            Stop = columns.Text("stop"),
            Distance = columns.OptionalText("distance"),
            DistanceUnit = section.OptionalSection("units")?.Choice("distance", s_distanceUnits, 1) ?? 1,
            AskedAt = columns.Text("askedAt"),
            AskedAtFormat = FormatOf(formats, "askedAt"),
            ArrivedAt = columns.Text("arrivedAt"),
            ArrivedAtFormat = FormatOf(formats, "arrivedAt"),
            Predicted = predicted,
            PredictedFormat = predicted is null ? null : FormatOf(formats, "predicted"),
        };
    }

    static TimeFormat FormatOf(YamlSection formats, string name)
        => formats.Parsed(name, text => (TimeFormat.TryCreate(text, out var wrong), wrong));

    static RowFilter FilterOf(YamlSection section)
    {
        var column = section.Text("column");
        if (section.Has("in") == section.Has("notIn"))
            throw section.Wrong("in", "or notIn must be there, and not both");
        var negated = section.Has("notIn");
        return new RowFilter(column, negated, [.. section.Texts(negated ? "notIn" : "in")]);
    }

    static PatternsDescription PatternsOf(YamlSection section) => new()
    {
        File = section.Text("file"),
        Items = [.. section.Text("items").Split('.')],
        Id = section.Text("id"),
        Points = section.Text("points"),
        Latitude = section.Text("latitude"),
        Longitude = section.Text("longitude"),
        Stop = section.Text("stop"),
    };

    static ParcelsDescription ParcelsOf(YamlSection section)
    {
        var parcels = new ParcelsDescription
        {
            Least = section.Integer("least", 1, 1, 100),
            Most = section.Integer("most", 3, 1, 100),
            PercentOfStops = section.Integer("percentOfStops", 100, 1, 100),
        };
        return parcels.Least <= parcels.Most ? parcels : throw section.Wrong("least", "must not be greater than most");
    }
}
