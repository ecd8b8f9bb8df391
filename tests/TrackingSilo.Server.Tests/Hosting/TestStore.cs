namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>Where a test's server keeps what it knows, as settings say it.</summary>
sealed record TestStore(params IReadOnlyList<string> Arguments)
{
    public static TestStore Of(TestFolder folder) => new("--Store:Path=" + folder.Database);

    /// <summary>A PostgreSQL database.</summary>
    public static TestStore Of(string connectionString) => new("--Store:Kind=postgres", "--Store:ConnectionString=" + connectionString);
}
