using System.Text.Json;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Simulation.Replay;

/// <summary>Reads a file of patterns.</summary>
static class PatternsFile
{
    /// <summary>What takes any name at its level and remembers it as the route's.</summary>
    const string RouteName = "{route}";

    public static Dictionary<string, PatternShape> Read(string folder, PatternsDescription description)
    {
        var path = Path.Combine(folder, description.File);
        var shapes = new Dictionary<string, PatternShape>(StringComparer.Ordinal);
        try
        {
            using var file = CsvFile.Open(path);
            using var json = JsonDocument.Parse(file);
            foreach (var (item, route) in Items(json.RootElement, description.Items.AsSpan(), ""))
            {
                if (Shape(item, route, description) is { } shape)
                    shapes.TryAdd(shape.Id, shape);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InvalidDataException)
        {
            throw new ReplayException($"{path}: {e.Message}");
        }
        if (shapes.Count == 0)
            throw new ReplayException($"{path}: there is no pattern under {string.Join('.', description.Items)}");
        return shapes;
    }

    static List<(JsonElement Item, string Route)> Items(JsonElement element, ReadOnlySpan<string> path, string route)
    {
        if (path.IsEmpty)
            return [(element, route)];
        var found = new List<(JsonElement, string)>();
        var name = path[0];
        if (element.ValueKind == JsonValueKind.Array && name == "*")
        {
            foreach (var child in element.EnumerateArray())
                found.AddRange(Items(child, path[1..], route));
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (name is "*" or RouteName || property.NameEquals(name))
                    found.AddRange(Items(property.Value, path[1..], name == RouteName ? property.Name : route));
            }
        }
        return found;
    }

    // Null: fewer than two stops, so there is nowhere to drive.
    static PatternShape? Shape(JsonElement item, string route, PatternsDescription description)
    {
        var points = new List<(GeoPoint, string?)>();
        foreach (var point in item.GetProperty(description.Points).EnumerateArray())
        {
            if (!GeoPoint.TryCreate(point.GetProperty(description.Latitude).GetDouble(), point.GetProperty(description.Longitude).GetDouble(), out var place))
                throw new FormatException($"a point of pattern {item.GetProperty(description.Id)} is no place on Earth");
            points.Add((place, point.TryGetProperty(description.Stop, out var stop) ? stop.ToString() : null));
        }
        return points.Count(point => point.Item2 is not null) < 2 ? null : new PatternShape(item.GetProperty(description.Id).ToString(), route, points);
    }
}
