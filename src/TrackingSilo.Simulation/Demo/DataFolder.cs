using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Simulation.Demo;

/// <summary>What a demo leaves on disk, and the next one on the same folder goes on from.</summary>
sealed class DataFolder
{
    DataFolder(string path) => Path = path;

    public string Path { get; }

    public string Database => In("tracking.db");
    public string ServerLog => In("server.log");
    public string BrokerLog => In("broker.log");
    public string Keys => In("keys");
    public string Fences => In("fences");
    public string Skips => In("skips.json");

    string Clock => In("clock");

    /// <summary>Under <c>.demo</c> in the checkout that this program was built in, else in the current folder.</summary>
    public static string DefaultFor(string source)
    {
        var checkout = AppContext.BaseDirectory;
        while (checkout is not null && !File.Exists(System.IO.Path.Combine(checkout, "TrackingSilo.sln")))
            checkout = System.IO.Path.GetDirectoryName(checkout);
        return System.IO.Path.Combine(checkout ?? "", ".demo", source);
    }

    public static DataFolder Open(string path)
    {
        var folder = new DataFolder(System.IO.Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(folder.Path);
            Directory.CreateDirectory(folder.Keys);
            Directory.CreateDirectory(folder.Fences);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"The data folder cannot be used: {e.Message}");
        }
        return folder;
    }

    /// <summary>
    /// How far domain time has come in this folder; null: it is new. What the store knows must not lie in the future of the next run, or its reports would all be
    /// too late.
    /// </summary>
    public DateTimeOffset? Reached
        => File.Exists(Clock) && DateTimeOffset.TryParse(File.ReadAllText(Clock), CultureInfo.InvariantCulture, out var reached) ? reached : null;

    public void SaveReached(DateTimeOffset domain)
    {
        var draft = Clock + ".new";
        File.WriteAllText(draft, domain.ToString("O", CultureInfo.InvariantCulture));
        File.Move(draft, Clock, overwrite: true);
    }

    public void SaveFences(string? geoJson)
    {
        foreach (var old in Directory.EnumerateFiles(Fences))
            File.Delete(old);
        if (geoJson is not null)
            File.WriteAllText(System.IO.Path.Combine(Fences, "places.geojson"), geoJson);
    }

    public void SaveSkips(IEnumerable<ClockSkip> skips)
        => File.WriteAllText(Skips, JsonSerializer.Serialize(skips.Select(skip => new { from = skip.From, to = skip.To })));

    string In(string name) => System.IO.Path.Combine(Path, name);
}
