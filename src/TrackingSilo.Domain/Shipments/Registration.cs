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
    public Dated<DeliveryOptions>? Options { get; init; }
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
            Options = Newer(Options, change.Options, change.ChangedAt),
            Parent = Newer(Parent, change.Parent?.Value, change.ChangedAt),
            ContinuesAs = Newer(ContinuesAs, change.ContinuesAs?.Value, change.ChangedAt),
        };
        return next.IsMadeOfSame(this) ? this : next;
    }

    // By reference: records call two instants equal that differ in their offset.
    bool IsMadeOfSame(Registration other)
        => ReferenceEquals(Merchant, other.Merchant) && ReferenceEquals(Service, other.Service) && ReferenceEquals(Promise, other.Promise)
            && ReferenceEquals(Destination, other.Destination) && ReferenceEquals(Recipient, other.Recipient) && ReferenceEquals(Requires, other.Requires)
            && ReferenceEquals(Options, other.Options) && ReferenceEquals(Parent, other.Parent) && ReferenceEquals(ContinuesAs, other.ContinuesAs);

    static Dated<T>? Newer<T>(Dated<T>? known, T? value, DateTimeOffset at)
        where T : class
    {
        if (value is null)
            return known;
        if (known is null || at.UtcTicks > known.ChangedAt.UtcTicks)
            return new Dated<T>(value, at);
        return at.UtcTicks == known.ChangedAt.UtcTicks && CompareWritten(Written(value), Written(known.Value)) > 0
            ? new Dated<T>(value, at)
            : known;
    }

    static int CompareWritten(string?[] left, string?[] right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (string.CompareOrdinal(left[i], right[i]) is var order && order != 0)
                return order;
        }
        return left.Length.CompareTo(right.Length);
    }

    // Part by part, to the last digit and the same on every machine: two values that differ at all are written differently.
    static string?[] Written(object value) => value switch
    {
        string text => [text],
        Promise promise => [Exact(promise.From), Exact(promise.By)],
        Destination destination => [ScanIdentity.Exact(destination.Place), destination.Postcode, destination.City, destination.Country, destination.TimeZone],
        Recipient recipient => [recipient.Name, recipient.Locale, .. recipient.Contacts.SelectMany(contact => new[] { contact.Channel, contact.Address })],
        DeliveryOptions options => [.. options.Instructions.Order().Select(kind => kind.ToString())],
        HandOverRequirements requires => [requires.Signature.ToString(), requires.AgeCheck.ToString()],
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.GetType(), "No field of a registration."),
    };

    static string? Exact(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>A value and when it was changed.</summary>
public sealed record Dated<T>(T Value, DateTimeOffset ChangedAt)
    where T : class;
