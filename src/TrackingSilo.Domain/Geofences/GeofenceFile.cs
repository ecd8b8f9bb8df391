using System.Collections.Immutable;
using System.Text.Json;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Fences from GeoJSON (RFC 7946).</summary>
public static class GeofenceFile
{
    public const int IdMaxCharacters = 64;
    public const int NameMaxCharacters = 200;
    public const int FileMaxBytes = 64 * 1024 * 1024;
    public const int FeatureMaxVertices = 100_000;

    public static GeofenceFileResult Read(string fileName, ReadOnlySpan<byte> geoJson)
        => GeoJsonReader.Read(fileName, geoJson);

    /// <summary>One feature, whose fence has this id whether the feature says so or not; one that says another is refused.</summary>
    public static GeofenceFileResult ReadFeature(string id, ReadOnlySpan<byte> geoJson) => GeoJsonReader.Read(id, geoJson, id);

    /// <summary>Writes a fence as the feature that <see cref="ReadFeature"/> reads.</summary>
    public static void WriteFeature(Utf8JsonWriter json, Geofence fence) => GeoJsonWriter.Write(json, fence);
}

/// <summary>What a file held. A file with any error gives no fences: one half of a set of fences is not what its author meant.</summary>
public sealed record GeofenceFileResult(ImmutableArray<Geofence> Fences, ImmutableArray<GeofenceFileError> Errors)
{
    public bool IsRead => Errors.IsEmpty;
}

/// <summary>Why a file is refused.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Feature">Index of the feature from 0; null where the file itself is wrong.</param>
/// <param name="Reason">In words.</param>
public sealed record GeofenceFileError(string File, int? Feature, string Reason)
{
    public override string ToString() => Feature is { } feature ? $"{File}: feature {feature}: {Reason}" : $"{File}: {Reason}";
}
