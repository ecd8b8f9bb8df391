namespace TrackingSilo.Domain.Shipments;

/// <summary>How a carrier has done with the shipments that are still remembered: counts only, from which whoever reads them makes shares.</summary>
public sealed class CarrierScore(string carrier)
{
    public string Carrier => carrier;

    public int Shipments { get; private set; }
    public int Delivered { get; private set; }

    /// <summary>Delivered ones that had a promise.</summary>
    public int Promised { get; private set; }

    /// <summary>Of those, by the end of the promise.</summary>
    public int OnTime { get; private set; }

    /// <summary>Tries to hand over, deliveries among them.</summary>
    public int Attempts { get; private set; }

    /// <summary>Delivered without a failed try before.</summary>
    public int FirstAttempt { get; private set; }

    /// <summary>Handed over farther from the destination than a delivery there can be.</summary>
    public int Misplaced { get; private set; }

    /// <summary>Not over, and late, or silent for longer than usual.</summary>
    public int Late { get; private set; }

    /// <inheritdoc cref="Late"/>
    public int Stalled { get; private set; }

    public int Scans { get; private set; }

    /// <summary>Scans whose code nobody has mapped.</summary>
    public int Unrecognised { get; private set; }

    /// <summary>Counts one shipment of this carrier.</summary>
    public void Add(Shipment shipment, DateTimeOffset now)
    {
        var standing = shipment.Standing;
        var punctuality = ShipmentTimes.PunctualityOf(shipment, now);
        Shipments++;
        foreach (var scan in shipment.Timeline.Scans)
        {
            Scans++;
            if (scan.Event == ScanEvent.Unrecognised)
                Unrecognised++;
        }
        var failed = standing.Changes.Count(change => change.To == ShipmentStatus.AttemptFailed);
        Attempts += failed;
        if (!LifeCycle.IsTerminal(standing.Status))
        {
            Late += punctuality == Punctuality.Late ? 1 : 0;
            Stalled += punctuality == Punctuality.Stalled ? 1 : 0;
        }
        if (standing.Status != ShipmentStatus.Delivered)
            return;
        Delivered++;
        Attempts++;
        FirstAttempt += failed == 0 ? 1 : 0;
        Promised += punctuality is Punctuality.OnTime or Punctuality.Late ? 1 : 0;
        OnTime += punctuality == Punctuality.OnTime ? 1 : 0;
        Misplaced += HandOver.MisplacedMetres(shipment) is null ? 0 : 1;
    }
}
