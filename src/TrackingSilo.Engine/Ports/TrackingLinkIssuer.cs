using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Engine.Ports;

/// <summary>
/// Makes a recipient's link to a shipment's page, for messages that carry one; each message has its own. Null: the shipment is not known, or not yet. There is an issuer only where the pages' public
/// address is known.
/// </summary>
public delegate ValueTask<Uri?> TrackingLinkIssuer(ShipmentId id, CancellationToken cancellationToken);
