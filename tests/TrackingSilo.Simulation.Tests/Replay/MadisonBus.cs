using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.Simulation.Tests.Replay;

/// <summary>Real data that is no part of the project; tests use it where it is present.</summary>
static class MadisonBus
{
    public static string? Folder
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TrackingSilo.sln")))
                folder = Path.GetDirectoryName(folder);
            var data = folder is null ? "" : Path.GetFullPath(Path.Combine(folder, "..", "shared", "data", "madison-bus"));
            return Directory.Exists(data) ? data : null;
        }
    }

    public static RecordedReplay Open(string folder)
        => RecordedReplay.Open(folder, DescriptionReader.Find(folder, DescriptionReader.OwnDescriptions)!, seed: 1, notBefore: null);
}
