using System.Globalization;

namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// What is known about a shipment from its merchant. Each field keeps the instant at which it was changed; the greater wins, and of two
/// at one instant the greater in writing, so that any order of the same changes ends in the same registration. Immutable.
/// </summary>
public sealed record Registration
{
    public static readonly Registration None = new();

    public Dated<string>? Merchant { get; init; }
    public Dated<string>? Service { get; init; }
    public Dated<Promise>? Promise { get; init; }
    public Dated<Destination>? Destination { get; init; }
    public Dated<Recipient>? Recipient { get; init; }
    public Dated<HandOverRequirements>? Requires { get; init; }
    public Dated<string>? Parent { get; init; }
    public Dated<string>? ContinuesAs { get; init; }

    /// <summary>Itself when nothing changes.</summary>
    public Registration With(ShipmentChange change)
    {
        var next = this with
        {
            Merchant = Newer(Merchant, change.Merchant, change.ChangedAt),
            Service = Newer(Service, change.Service, change.ChangedAt),
            Promise = Newer(Promise, change.Promise, change.ChangedAt),
            Destination = Newer(Destination, change.Destination, change.ChangedAt),
            Recipient = Newer(Recipient, change.Recipient, change.ChangedAt),
            Requires = Newer(Requires, change.Requires, change.ChangedAt),
            Parent = Newer(Parent, change.Parent?.Value, change.ChangedAt),
            ContinuesAs = Newer(ContinuesAs, change.ContinuesAs?.Value, change.ChangedAt),
        };
        return next == this ? this : next;
    }

    static Dated<T>? Newer<T>(Dated<T>? known, T? value, DateTimeOffset at)
        where T : class
    {
        if (value is null)
            return known;
        if (known is null || at.UtcTicks > known.ChangedAt.UtcTicks)
            return new Dated<T>(value, at);
        return at.UtcTicks == known.ChangedAt.UtcTicks && string.CompareOrdinal(Written(value), Written(known.Value)) > 0
            ? new Dated<T>(value, at)
            : known;
    }

    // Records print their members; a recipient's contacts are spelled out because an array prints its type only.
    static string? Written<T>(T value) => value is Recipient { Contacts: var contacts } recipient
        ? $"{recipient.Name}|{string.Join('|', contacts)}|{recipient.Locale}"
        : string.Create(CultureInfo.InvariantCulture, $"{value}");
}

/// <summary>A value and when it was changed.</summary>
public sealed record Dated<T>(T Value, DateTimeOffset ChangedAt)
    where T : class;
