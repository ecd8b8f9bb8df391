namespace TrackingSilo.Ingestion.Tests;

/// <summary>Real input that is not part of the repository: looked for beside it, and left out where it is not.</summary>
static class SharedData
{
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", path);
            if (Path.Exists(candidate))
                return candidate;
        }
        return null;
    }
}
