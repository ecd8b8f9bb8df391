using System.Collections.Immutable;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// A registration or a change of one: what the message carries is non-null, what it leaves out stays as it was. Per field the
/// change with the greater <see cref="ChangedAt"/> wins, so that changes may arrive in any order.
/// </summary>
public sealed record ShipmentChange
{
    public required DateTimeOffset ChangedAt { get; init; }
    public string? Merchant { get; init; }
    public string? Service { get; init; }
    public Promise? Promise { get; init; }
    public Destination? Destination { get; init; }
    public Recipient? Recipient { get; init; }
    public HandOverRequirements? Requires { get; init; }

    /// <summary>What its merchant offers to the recipient.</summary>
    public DeliveryOptions? Options { get; init; }

    /// <summary>The shipment of which this one is a piece.</summary>
    public ShipmentId? Parent { get; init; }

    /// <summary>The shipment under which another carrier goes on with it.</summary>
    public ShipmentId? ContinuesAs { get; init; }
}

/// <summary>What the recipient was promised: by an instant, or between two.</summary>
public sealed record Promise(DateTimeOffset? From, DateTimeOffset By);

/// <summary>Where the shipment goes. Every part may be missing; without <see cref="Place"/> there is no countdown by position.</summary>
public sealed record Destination
{
    public GeoPoint? Place { get; init; }
    public string? Postcode { get; init; }
    public string? City { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>IANA time zone; decides which day a delivery falls on.</summary>
    public string? TimeZone { get; init; }
}

/// <summary>Who waits. Personal data: erased on request, never logged.</summary>
public sealed record Recipient
{
    public string? Name { get; init; }
    public ImmutableArray<Contact> Contacts { get; init; } = [];

    /// <summary>BCP 47, such as <c>de-AT</c>.</summary>
    public string? Locale { get; init; }
}

/// <summary>One way to reach a recipient: a channel (<c>email</c>, <c>sms</c>, …) and the address on it.</summary>
public sealed record Contact(string Channel, string Address);

public sealed record HandOverRequirements(bool Signature, bool AgeCheck);

/// <summary>What a merchant lets its recipients ask for; where it says nothing, all of it.</summary>
public sealed record DeliveryOptions(ImmutableArray<InstructionKind> Instructions);
