using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Reads one GeoJSON file, a feature at a time, so that a large file never stands in memory as a tree.</summary>
sealed class GeoJsonReader(string fileName, string? onlyId = null)
{
    // A coordinate of a multipolygon in a collection is eight deep; properties may nest some more.
    const int MaxDepth = 32;

    // More errors than that say no more.
    const int MaxErrors = 20;

    readonly ImmutableArray<Geofence>.Builder _fences = ImmutableArray.CreateBuilder<Geofence>();
    readonly List<GeofenceFileError> _errors = [];
    readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <param name="onlyId">The id of the one feature that is expected; null: a file of any number.</param>
    public static GeofenceFileResult Read(string fileName, ReadOnlySpan<byte> geoJson, string? onlyId = null)
    {
        var reader = new GeoJsonReader(fileName, onlyId);
        reader.ReadFile(geoJson);
        return reader._errors.Count == 0
            ? new GeofenceFileResult(reader._fences.ToImmutable(), [])
            : new GeofenceFileResult([], [.. reader._errors]);
    }

    void ReadFile(ReadOnlySpan<byte> geoJson)
    {
        if (geoJson.StartsWith("\uFEFF"u8))
            geoJson = geoJson[3..];
        if (geoJson.Length > GeofenceFile.FileMaxBytes)
            Refuse(null, $"is larger than {GeofenceFile.FileMaxBytes} bytes.");
        else if (!Utf8.IsValid(geoJson))
            Refuse(null, "is not UTF-8.");
        else
            ReadRoot(geoJson);
    }

    void ReadRoot(ReadOnlySpan<byte> geoJson)
    {
        try
        {
            switch (RootType(geoJson))
            {
                case "FeatureCollection" when onlyId is null:
                    ReadCollection(geoJson);
                    break;
                case "Feature":
                    var reader = NewReader(geoJson);
                    reader.Read();
                    ReadFeature(ref reader, 0);
                    break;
                case { } other:
                    Refuse(null, $"is a {Shorten(other)}, not a Feature{(onlyId is null ? " or a FeatureCollection" : "")}.");
                    break;
                case null:
                    Refuse(null, "is no GeoJSON object with a type.");
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Refuse(null, $"is not JSON: {e.Message}");
        }
    }

    static Utf8JsonReader NewReader(ReadOnlySpan<byte> geoJson) => new(geoJson, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Also reads the file to its end, so that what follows works on JSON that is whole.</summary>
    static string? RootType(ReadOnlySpan<byte> geoJson)
    {
        var reader = NewReader(geoJson);
        string? type = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
                type = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }
        while (reader.Read())
        {
        }
        return type;
    }

    void ReadCollection(ReadOnlySpan<byte> geoJson)
    {
        var reader = NewReader(geoJson);
        reader.Read();
        var hasFeatures = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFeatures = reader.ValueTextEquals("features"u8);
            reader.Read();
            if (!isFeatures)
            {
                reader.Skip();
                continue;
            }
            if (hasFeatures || reader.TokenType != JsonTokenType.StartArray)
            {
                Refuse(null, "has no single array of features.");
                return;
            }
            hasFeatures = true;
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray && _errors.Count < MaxErrors; i++)
                ReadFeature(ref reader, i);
            if (_errors.Count >= MaxErrors)
                return;
        }
        if (!hasFeatures)
            Refuse(null, "has no features.");
    }

    void ReadFeature(ref Utf8JsonReader reader, int index)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            if (FeatureError(document.RootElement, index) is { } reason)
                Refuse(index, reason);
        }
        catch (InvalidOperationException)
        {
            // The one way in which checked JSON in valid UTF-8 still is no text.
            Refuse(index, "has a text with half a surrogate pair.");
        }
    }

    /// <summary>Adds the feature's fence, or says why not.</summary>
    string? FeatureError(JsonElement feature, int index)
    {
        if (feature.ValueKind != JsonValueKind.Object || Text(feature, "type") != "Feature")
            return "is no object of type Feature.";
        if (!feature.TryGetProperty("geometry", out var geometry) || geometry.ValueKind != JsonValueKind.Object)
            return "has no geometry.";
        if (feature.TryGetProperty("properties", out var properties) && properties.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            return "has properties that are no object.";
        if (DescriptionError(feature, properties, index, out var id, out var name, out var kind) is { } error)
            return error;
        if (RuleError(properties, kind, out var rule, out var expiresAt) is { } ruleError)
            return ruleError;

        Geofence? fence;
        if (Text(geometry, "type") == "Point")
        {
            if (CircleError(geometry, properties, out var centre, out var radius) is { } circleError)
                return circleError;
            fence = Geofence.FromCircle(id, name, kind, centre, radius, rule, expiresAt);
        }
        else if (Text(geometry, "type") == "LineString")
        {
            if (GeoJsonCorridor.Error(geometry, properties, out var line, out var width) is { } corridorError)
                return corridorError;
            fence = Geofence.FromCorridor(id, name, kind, line, width, rule, expiresAt);
        }
        else
        {
            if (GeoJsonArea.Error(geometry, out var area) is { } areaError)
                return areaError;
            fence = Geofence.FromArea(id, name, kind, area, rule, expiresAt);
        }
        if (!_ids.Add(id))
            return $"has the id {Shorten(id)}, which an earlier feature has.";
        _fences.Add(fence);
        return null;
    }

    string? DescriptionError(JsonElement feature, JsonElement properties, int index, out string id, out string name, out GeofenceKind kind)
    {
        var given = Text(properties, "id") ?? Text(feature, "id");
        var givenName = Text(properties, "name");
        id = onlyId ?? given ?? $"{Path.GetFileNameWithoutExtension(fileName)}/{givenName ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        name = givenName ?? id;
        kind = GeofenceKind.District;
        if (given is not null && given != id)
            return $"has the id {Shorten(given)}, and its address another.";
        if (id.Length is 0 or > GeofenceFile.IdMaxCharacters || id.Any(char.IsControl))
            return $"has an id that is empty, longer than {GeofenceFile.IdMaxCharacters} characters, or has control characters: {Shorten(id)}.";
        if (name.Length is 0 or > GeofenceFile.NameMaxCharacters)
            return $"has a name that is empty or longer than {GeofenceFile.NameMaxCharacters} characters.";
        return Text(properties, "kind") is not { } kindText || TryParseKind(kindText, out kind)
            ? null
            : $"has the unknown kind {Shorten(kindText)}: use depot, hub, district, restricted or pickupPoint.";
    }

    static string? RuleError(JsonElement properties, GeofenceKind kind, out FenceRule rule, out DateTimeOffset? expiresAt)
    {
        rule = FenceRule.For(kind);
        expiresAt = null;
        if (properties.ValueKind != JsonValueKind.Object)
            return null;
        if (properties.TryGetProperty("dwellSeconds", out var dwell) && dwell.ValueKind != JsonValueKind.Null)
        {
            if (dwell.ValueKind != JsonValueKind.Number || !dwell.TryGetDouble(out var seconds) || seconds is not (>= 1 and <= 1_000_000))
                return "has the property dwellSeconds, which is no number from 1 to 1000000.";
            rule = rule with { Dwell = TimeSpan.FromSeconds(seconds) };
        }
        if (!properties.TryGetProperty("expiresAt", out var expires) || expires.ValueKind == JsonValueKind.Null)
            return null;
        if (expires.ValueKind != JsonValueKind.String || !expires.TryGetDateTimeOffset(out var at))
            return "has the property expiresAt, which is no instant of RFC 3339.";
        expiresAt = at;
        return null;
    }

    static bool TryParseKind(string text, out GeofenceKind kind)
    {
        (var known, kind) = text switch
        {
            "depot" => (true, GeofenceKind.Depot),
            "hub" => (true, GeofenceKind.Hub),
            "district" => (true, GeofenceKind.District),
            "restricted" => (true, GeofenceKind.Restricted),
            "pickupPoint" => (true, GeofenceKind.PickupPoint),
            _ => (false, GeofenceKind.District),
        };
        return known;
    }

    static string? CircleError(JsonElement geometry, JsonElement properties, out GeoPoint centre, out double radius)
    {
        centre = default;
        radius = 0;
        if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty("radiusMetres", out var value)
            || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out radius) || radius is not (> 0 and < 1_000_000))
        {
            return "is a point without the property radiusMetres, a number above 0 and below 1000000.";
        }
        if (!geometry.TryGetProperty("coordinates", out var position))
            return "has no coordinates.";
        if (GeoJsonArea.PositionError(position, out var coordinate) is { } error)
            return error;
        if (!GeoPoint.TryCreate(coordinate.Y, coordinate.X, out centre))
            return "has a longitude beyond 180.";
        return centre.DistanceMetresTo(GeoPoint.Create(centre.Latitude < 0 ? -90 : 90, 0)) > radius ? null : "is a circle that holds a pole.";
    }

    /// <summary>A text, or a whole number as text; null where there is neither.</summary>
    static string? Text(JsonElement parent, string property)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(property, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number when value.TryGetInt64(out _) => value.GetRawText(),
                _ => null,
            }
            : null;

    static string Shorten(string text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..40]}…'";

    void Refuse(int? feature, string reason) => _errors.Add(new GeofenceFileError(fileName, feature, reason));
}
