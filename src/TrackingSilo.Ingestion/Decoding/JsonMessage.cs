using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>
/// A forward walk over one JSON object that remembers the first thing wrong with it; after that <see cref="NextProperty"/> and
/// <see cref="NextItem"/> answer false, so that the loops above it end by themselves. A JSON null reads as absent, of two properties of one name the last counts.
/// </summary>
ref struct JsonMessage
{
    // Longest spelling of an instant or a name that is looked at, escapes included.
    const int SmallTextMaxBytes = 512;

    Utf8JsonReader _reader;

    /// <exception cref="JsonException">From here and from every other member: the bytes are no JSON.</exception>
    public JsonMessage(ReadOnlySpan<byte> value)
    {
        _reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax });
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            Refuse(RefusalReason.NotJson, "the value is not a JSON object");
    }

    public RefusalReason Reason { get; private set; }

    public string? Detail { get; private set; }

    [MemberNotNullWhen(true, nameof(Detail))]
    public readonly bool Failed => Detail is not null;

    /// <summary>The first call decides.</summary>
    public void Refuse(RefusalReason reason, string detail)
    {
        if (Failed)
            return;
        Reason = reason;
        Detail = detail;
    }

    public void Missing(string property) => Refuse(RefusalReason.MissingProperty, property + " is missing");

    public void Bad(string property, string expected) => Refuse(RefusalReason.BadValue, $"{property} must be {expected}");

    /// <summary>Moves to the next property of the present object; false at its end. Nothing but blanks may follow the outermost one.</summary>
    public bool NextProperty()
    {
        if (Failed)
            return false;
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.PropertyName)
            return true;
        if (_reader.CurrentDepth == 0)
            _reader.Read();
        return false;
    }

    /// <summary>Whether the present property has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    /// <summary>Passes over the present property's value.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>Enters the present property's object; false where it is null or none.</summary>
    public bool EnterObject(string property) => Enter(property, JsonTokenType.StartObject, "an object");

    /// <summary>Enters the present property's array; false where it is null or none.</summary>
    public bool EnterArray(string property) => Enter(property, JsonTokenType.StartArray, "an array");

    /// <summary>Moves to the next item of the present array, before its value; false at its end.</summary>
    public bool NextItem()
    {
        if (Failed)
            return false;
        // A look ahead: the value readers below do the reading themselves.
        var ahead = _reader;
        ahead.Read();
        if (ahead.TokenType != JsonTokenType.EndArray)
            return true;
        _reader = ahead;
        return false;
    }

    /// <summary>A text that is shown or kept; an empty one reads as absent.</summary>
    public string? Text(string property, int maxCharacters = Limits.TextMaxCharacters)
    {
        if (!ReadValue(property, JsonTokenType.String, "a text"))
            return null;
        var text = _reader.GetString()!;
        if (text.Length > maxCharacters)
            Bad(property, string.Create(CultureInfo.InvariantCulture, $"at most {maxCharacters} characters long"));
        return text.Length == 0 ? null : text;
    }

    /// <summary>A text that names something: no control characters in it.</summary>
    public string? Id(string property, int maxCharacters = Limits.IdMaxCharacters)
    {
        var id = Text(property, maxCharacters);
        if (id is not null && id.AsSpan().ContainsAnyInRange('\0', '\u001f') | id.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
            Bad(property, "free of control characters");
        return id;
    }

    /// <summary>Copies a text into <paramref name="destination"/>, unescaped; −1 where it is absent or did not fit.</summary>
    public int TextBytes(string property, scoped Span<byte> destination)
    {
        if (!ReadValue(property, JsonTokenType.String, "a text"))
            return -1;
        if (_reader.ValueSpan.Length <= destination.Length)
            return _reader.CopyString(destination);
        Bad(property, "shorter");
        return -1;
    }

    public DateTimeOffset? Instant(string property)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
            return null;
        Span<byte> buffer = stackalloc byte[SmallTextMaxBytes];
        if (_reader.TokenType == JsonTokenType.String && _reader.ValueSpan.Length <= buffer.Length
            && Rfc3339.TryParse(buffer[.._reader.CopyString(buffer)], out var instant))
        {
            return instant;
        }
        Refuse(RefusalReason.BadInstant, property + " must be an instant as in RFC 3339, with an offset");
        return null;
    }

    public double? Number(string property, double min, double max)
    {
        if (!ReadValue(property, JsonTokenType.Number, "a number"))
            return null;
        if (_reader.TryGetDouble(out var number) && number >= min && number <= max)
            return number;
        Bad(property, string.Create(CultureInfo.InvariantCulture, $"from {min} to {max}"));
        return null;
    }

    public long? Integer(string property, long min, long max)
    {
        if (!ReadValue(property, JsonTokenType.Number, "a whole number"))
            return null;
        if (_reader.TryGetInt64(out var number) && number >= min && number <= max)
            return number;
        Bad(property, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
        return null;
    }

    public bool? Flag(string property)
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Null:
                return null;
            default:
                Bad(property, "true or false");
                return null;
        }
    }

    /// <summary>Both or neither of a pair of coordinates.</summary>
    public GeoPoint? Place(string property, double? latitude, double? longitude)
    {
        if (latitude is { } north && longitude is { } east && GeoPoint.TryCreate(north, east, out var place))
            return place;
        if (latitude is null != longitude is null)
            Missing(property + (latitude is null ? "latitude" : "longitude"));
        return null;
    }

    /// <summary>The shipment that a message is about.</summary>
    public ShipmentId Shipment(string? carrier, string? trackingNumber)
    {
        if (carrier is null)
            Missing("carrier");
        if (trackingNumber is null)
            Missing("trackingNumber");
        if (!ShipmentId.TryCreate(carrier, trackingNumber, out var id))
            Refuse(RefusalReason.BadIdentity, "carrier must be 1 to 32 of a-z, 0-9 and -, trackingNumber 1 to 64 characters of printable ASCII");
        return id;
    }

    bool Enter(string property, JsonTokenType start, string expected)
    {
        _reader.Read();
        if (_reader.TokenType == start)
            return true;
        if (_reader.TokenType != JsonTokenType.Null)
            Bad(property, expected);
        return false;
    }

    bool ReadValue(string property, JsonTokenType type, string expected) => Enter(property, type, expected);
}
