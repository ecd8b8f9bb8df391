using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Push.Links;

/// <summary>What the holder of a link may do.</summary>
[Flags]
public enum LinkScopes : byte
{
    None = 0,

    /// <summary>See the shipment's view.</summary>
    Look = 1,

    /// <summary>Say where the parcel should be left.</summary>
    Instruct = 2,
}

/// <summary>What a link that verified says. Whether its epoch is still the shipment's only the shipment knows.</summary>
/// <param name="Epoch">The shipment's link epoch when the link was issued; a higher one at the shipment revokes it.</param>
public readonly record struct TrackingLink(ShipmentId Shipment, int Epoch, LinkScopes Scopes, DateTimeOffset ExpiresAt)
{
    public bool Allows(LinkScopes scope) => (Scopes & scope) == scope;
}

/// <summary>A link as it is handed out: <see cref="Text"/> is URL-safe and goes behind <c>/t/</c>.</summary>
public sealed record IssuedLink(string Text, DateTimeOffset ExpiresAt);
