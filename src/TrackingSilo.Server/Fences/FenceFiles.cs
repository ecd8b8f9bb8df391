using TrackingSilo.Domain.Geofences;

namespace TrackingSilo.Server.Fences;

/// <summary>The folder with <c>*.geojson</c> files.</summary>
/// <param name="folder">Null or empty: there is none.</param>
sealed class FenceFiles(string? folder)
{
    /// <summary>All fences of all files, or why they are refused: file, feature and reason. One bad file refuses all, since half of a set is not what its author meant.</summary>
    public (IReadOnlyList<Geofence> Fences, IReadOnlyList<string> Errors) Read()
    {
        var fences = new List<Geofence>();
        var errors = new List<string>();
        if (string.IsNullOrEmpty(folder))
            return (fences, errors);
        if (!Directory.Exists(folder))
            return (fences, [$"Geofences:Folder is '{folder}': there is no such folder."]);
        foreach (var file in Directory.EnumerateFiles(folder, "*.geojson").Order(StringComparer.Ordinal))
        {
            var read = ReadFile(file);
            fences.AddRange(read.Fences);
            errors.AddRange(read.Errors.Select(error => error.ToString()));
        }
        foreach (var doubled in fences.GroupBy(fence => fence.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
            errors.Add($"Two geofences in {folder} have the id '{doubled.Key}': each needs one of its own.");
        return errors.Count == 0 ? (fences, errors) : ([], errors);
    }

    static GeofenceFileResult ReadFile(string file)
    {
        var name = Path.GetFileName(file);
        try
        {
            // Measured before it is read, so that a file that is none does not fill the memory.
            return new FileInfo(file).Length > GeofenceFile.FileMaxBytes
                ? new GeofenceFileResult([], [new GeofenceFileError(name, null, $"is larger than {GeofenceFile.FileMaxBytes} bytes.")])
                : GeofenceFile.Read(name, File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new GeofenceFileResult([], [new GeofenceFileError(name, null, $"cannot be read: {e.Message}")]);
        }
    }
}
