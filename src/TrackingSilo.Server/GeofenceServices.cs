using TrackingSilo.Domain.Geofences;
using TrackingSilo.Engine;

namespace TrackingSilo.Server;

static class GeofenceServices
{
    /// <summary>Fences of all <c>*.geojson</c> files in <c>Geofences:Folder</c>; none without the setting.</summary>
    public static IServiceCollection AddGeofences(this IServiceCollection services, IConfiguration configuration)
    {
        var folder = configuration["Geofences:Folder"];
        return services.AddSingleton(_ =>
        {
            var knowledge = new KnowledgeSource();
            if (!string.IsNullOrEmpty(folder))
                knowledge.Fenced(GeofenceIndex.Build(Read(folder)));
            return knowledge;
        });
    }

    static List<Geofence> Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidOperationException($"Geofences:Folder is '{folder}': there is no such folder.");
        var fences = new List<Geofence>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.geojson").Order(StringComparer.Ordinal))
        {
            var read = GeofenceFile.Read(Path.GetFileName(file), File.ReadAllBytes(file));
            if (!read.IsRead)
                throw new InvalidOperationException($"Geofences cannot be read. {string.Join(" ", read.Errors.Take(5))}");
            fences.AddRange(read.Fences);
        }
        if (fences.GroupBy(fence => fence.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } doubled)
            throw new InvalidOperationException($"Two geofences in {folder} have the id '{doubled.Key}': each needs one of its own.");
        return fences;
    }
}
