using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Shipments;

/// <summary>Where a delivery scan was made, as far as anything but the scan itself can tell. Kept from the moment of the scan: the vehicle drives on.</summary>
/// <param name="ScanId">The delivery scan.</param>
public sealed record HandOver(string ScanId, GeoPoint Place)
{
    /// <summary>The circle around a destination (150 m), and what a position in a street of houses is wrong by (100 m).</summary>
    const double ExpectedWithinMetres = 250;

    /// <summary>A van is in the next street after a minute; a fix that is older or newer says nothing about the scan.</summary>
    static readonly TimeSpan SameMoment = TimeSpan.FromMinutes(1);

    /// <summary>Null: it is no delivery, or nobody knows where the vehicle was.</summary>
    public static HandOver? Of(Shipment before, Scan scan)
        => scan.Event == ScanEvent.Delivered && before.Followed is { VehiclePlace: { } place, SeenAt: { } seen } && (scan.OccurredAt - seen).Duration() <= SameMoment
            ? new HandOver(scan.Id, place)
            : null;

    /// <summary>
    /// How far from its destination a delivered shipment was handed over, where that is farther than it should be; null: it is not, or nobody can say. The position in the proof
    /// outweighs the vehicle's.
    /// </summary>
    public static double? MisplacedMetres(Shipment shipment)
    {
        if (shipment is not { Standing: { Status: ShipmentStatus.Delivered, Because: { } because }, Registration.Destination.Value.Place: { } destination })
            return null;
        var place = because.Proof?.Place ?? (shipment.HandOver is { } handOver && handOver.ScanId == because.Id ? handOver.Place : null);
        return place?.DistanceMetresTo(destination) is > ExpectedWithinMetres and var metres ? metres : null;
    }
}
