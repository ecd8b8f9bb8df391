namespace TrackingSilo.Ingestion.Tests.Carriers;

/// <summary>A document of the repository that a test works out and holds to.</summary>
static class CheckedTable
{
    public static void Check(string path, string expected)
    {
        var file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable("UPDATE_TABLES") == "1")
            File.WriteAllText(file, expected);
        Assert.True(File.Exists(file), $"{path} is missing: run this test with UPDATE_TABLES=1");
        Assert.Equal(expected, File.ReadAllText(file));
    }

    static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrackingSilo.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("The tests do not run in a checkout.");
    }
}
