using System.Text.Json;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>What a server leaves on disk, in a folder of its own that goes with this object. Several servers may use it, one after the other.</summary>
sealed class TestFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tracking-silo-");

    public string Database => In("tracking.db");
    public string Keys => In("keys");
    public string Fences => In("fences");

    public TestFolder() => Directory.CreateDirectory(Fences);

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public void SaveFences(string? geoJson)
    {
        if (geoJson is not null)
            File.WriteAllText(Path.Combine(Fences, "places.geojson"), geoJson);
    }

    public string SaveSkips(IEnumerable<ClockSkip> skips)
    {
        var file = In("skips.json");
        File.WriteAllText(file, JsonSerializer.Serialize(skips.Select(skip => new { from = skip.From, to = skip.To })));
        return file;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
