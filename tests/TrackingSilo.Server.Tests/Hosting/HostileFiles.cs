using System.Text.Json;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>Bad input that others have collected: JSONTestSuite and the big list of naughty strings, where the checkout has them beside it.</summary>
static class HostileFiles
{
    public static string? Folder { get; } = Find();

    /// <summary>JSONTestSuite's test_parsing.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> JsonFiles { get; } = Folder is null
        ? []
        : [.. Directory.EnumerateFiles(Path.Combine(Folder, "JSONTestSuite", "test_parsing"), "*.json")
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];

    public static IReadOnlyList<string> NaughtyStrings { get; } = Folder is null
        ? []
        : JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(Path.Combine(Folder, "blns", "blns.json")))!;

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "..", "shared", "data", "json-hostile");
            if (File.Exists(Path.Combine(folder.FullName, "TrackingSilo.sln")))
                return Directory.Exists(data) ? data : null;
        }
        return null;
    }
}

/// <summary>A test that needs <see cref="HostileFiles"/>, and says so where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class HostileFactAttribute : FactAttribute
{
    public HostileFactAttribute()
    {
        if (HostileFiles.Folder is null)
            Skip = "There is no ../shared/data/json-hostile beside this checkout: nothing hostile was sent.";
    }
}
