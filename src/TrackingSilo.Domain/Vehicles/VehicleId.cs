using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>
/// One vehicle of one carrier, as <c>carrier/NAME</c>: a carrier's slug <c>[a-z0-9-]{1,32}</c> and 1 to 64 characters of printable ASCII in upper case,
/// without blanks. It is also the key of its Kafka records. <c>default</c> has an empty <see cref="Value"/> and names nothing.
/// </summary>
public readonly record struct VehicleId : IComparable<VehicleId>
{
    readonly string? _value;

    VehicleId(string value) => _value = value;

    /// <summary>The whole key, <c>carrier/NAME</c>.</summary>
    public string Value => _value ?? "";

    public string Carrier => _value is null ? "" : _value[.._value.IndexOf('/', StringComparison.Ordinal)];

    public string Name => _value is null ? "" : _value[(_value.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Normalises blanks and case; refuses everything else that the form does not allow.</summary>
    public static bool TryCreate(ReadOnlySpan<char> carrier, ReadOnlySpan<char> name, out VehicleId id)
    {
        var valid = KeySyntax.TryNormalise(carrier, name, out var key);
        id = valid ? new VehicleId(key) : default;
        return valid;
    }

    /// <summary>Reads <c>carrier/NAME</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out VehicleId id)
    {
        var valid = KeySyntax.TryParse(value, out var key);
        id = valid ? new VehicleId(key) : default;
        return valid;
    }

    /// <summary>For a key that this program wrote itself.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static VehicleId Parse(string value)
        => TryParse(value, out var id) ? id : throw new FormatException($"'{value}' is no key of the form carrier/NAME.");

    public int CompareTo(VehicleId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(VehicleId left, VehicleId right) => left.CompareTo(right) < 0;
    public static bool operator >(VehicleId left, VehicleId right) => left.CompareTo(right) > 0;
    public static bool operator <=(VehicleId left, VehicleId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(VehicleId left, VehicleId right) => left.CompareTo(right) >= 0;
}
