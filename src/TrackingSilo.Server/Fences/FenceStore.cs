using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Server.Fences;

/// <summary>
/// Fences that came through the API, as documents of the store or the cluster: a version that counts changes, and the fences, by a hash of their id, in so many parts that a change writes little.
/// </summary>
sealed class FenceStore(StoredDocuments documents)
{
    const int Parts = 64;
    const string VersionName = "fences";

    public async Task<long> VersionAsync(CancellationToken cancellationToken)
        => await documents.Load(VersionName, cancellationToken) is { } version ? long.Parse(Encoding.ASCII.GetString(version), CultureInfo.InvariantCulture) : 0;

    /// <exception cref="InvalidDataException">A part is damaged.</exception>
    public async Task<Dictionary<string, Geofence>> LoadAsync(CancellationToken cancellationToken)
    {
        var fences = new Dictionary<string, Geofence>(StringComparer.Ordinal);
        for (var part = 0; part < Parts; part++)
        {
            if (await documents.Load(NameOf(part), cancellationToken) is not { } content)
                continue;
            var read = GeofenceFile.Read(NameOf(part), content);
            if (!read.IsRead)
                throw new InvalidDataException($"Stored geofences cannot be read: {read.Errors[0]}");
            foreach (var fence in read.Fences)
                fences[fence.Id] = fence;
        }
        return fences;
    }

    /// <summary>Saves the part that <paramref name="id"/> belongs to, and the new version, in one transaction.</summary>
    /// <param name="fences">All that are to be kept.</param>
    /// <returns>False: the part would be too large to be read again, and nothing was saved.</returns>
    public async Task<bool> SaveAsync(string id, IEnumerable<Geofence> fences, long version, CancellationToken cancellationToken)
    {
        var part = PartOf(id);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            foreach (var fence in fences.Where(fence => PartOf(fence.Id) == part).OrderBy(fence => fence.Id, StringComparer.Ordinal))
                GeofenceFile.WriteFeature(json, fence);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        if (buffer.WrittenCount > GeofenceFile.FileMaxBytes)
            return false;
        StoredDocument[] changed =
        [
            new(NameOf(part), buffer.WrittenMemory),
            new(VersionName, Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture))),
        ];
        await documents.Save(changed, cancellationToken);
        return true;
    }

    static string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{VersionName}/{part:00}");

    // The same on every machine and in every run.
    static int PartOf(string id) => SHA256.HashData(Encoding.UTF8.GetBytes(id))[0] % Parts;
}

/// <summary>Where documents that are no actor's lie: in the store of a server that is alone, or in its cluster's database.</summary>
/// <param name="Load">By name; null where there is none.</param>
/// <param name="Save">All of them in one transaction.</param>
sealed record StoredDocuments(Func<string, CancellationToken, Task<byte[]?>> Load, Func<IReadOnlyList<StoredDocument>, CancellationToken, Task> Save);
