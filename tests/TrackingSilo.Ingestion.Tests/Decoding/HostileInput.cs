namespace TrackingSilo.Ingestion.Tests.Decoding;

/// <summary>Bad input that others have collected, where the checkout has it beside it; else nothing.</summary>
static class HostileInput
{
    static readonly string? Folder = Find();

    /// <summary>JSONTestSuite: files whose name begins with y must parse, with n must not, with i may.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> JsonFiles { get; } = Folder is null
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories)
            .Where(file => file.Contains("test_parsing", StringComparison.Ordinal) || file.Contains("test_transform", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];

    /// <summary>The big list of naughty strings.</summary>
    public static IReadOnlyList<string> NaughtyStrings { get; } = Folder is null
        ? []
        : System.Text.Json.JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(Path.Combine(Folder, "blns", "blns.json")))!;

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
