using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Milestones;

namespace TrackingSilo.Domain.Shipments;

/// <summary>The one function that decides what leaves the system about a shipment: pure in (state, now, who looks).</summary>
public static class ShipmentViews
{
    /// <summary>A recipient sees the vehicle on the map from this many stops away: before that a position tells more about others than about the parcel.</summary>
    const int VehicleShownWithinStops = 10;

    /// <summary>From this many stops away they see where it is; before that only in which cell of a <see cref="CoarseGrid"/>.</summary>
    const int VehicleShownExactlyWithinStops = 2;

    public static ShipmentView Of(Shipment shipment, DateTimeOffset now, Viewer viewer)
    {
        var standing = shipment.Standing;
        var registration = shipment.Registration;
        var destination = registration.Destination?.Value;
        var isOperator = viewer == Viewer.Operator;
        var coming = standing.Status == ShipmentStatus.OutForDelivery && shipment.Followed is { Assigned: true, DoneAt: null } ? shipment.Followed : null;
        var showVehicle = coming is not null && (isOperator || (coming.StopsAway <= VehicleShownWithinStops && coming.ArrivedAt is null));
        var isCoarse = !isOperator && coming?.StopsAway > VehicleShownExactlyWithinStops;
        var arrival = ShipmentTimes.ArrivalOf(shipment);
        var punctuality = ShipmentTimes.PunctualityOf(shipment, now);
        var reason = ShipmentTimes.ReasonOf(shipment, punctuality);
        return new ShipmentView
        {
            Carrier = shipment.Id.Carrier,
            TrackingNumber = shipment.Id.TrackingNumber,
            Merchant = registration.Merchant?.Value,
            Status = standing.Status,
            StatusSince = standing.Because?.OccurredAt,
            Punctuality = punctuality,
            Reason = reason,
            Responsibility = reason == standing.Reason ? standing.Responsibility : Reasons.Owner(reason),
            RecipientMustAct = Reasons.RecipientMustAct(reason),
            Promise = registration.Promise?.Value,
            Arrival = arrival is { } window && window.High < now ? window with { High = now } : arrival,
            StopsAway = coming?.StopsAway,
            CountdownTakenBack = Countdown.IsTakenBack(shipment, now),
            VehiclePlace = showVehicle && coming!.VehiclePlace is { } place ? (isCoarse ? CoarseGrid.MiddleOf(shipment.Id, place) : place) : null,
            VehicleWithinMetres = showVehicle && isCoarse && coming!.VehiclePlace is not null ? CoarseGrid.RadiusMetres : null,
            VehicleSeenAt = coming?.SeenAt,
            VehicleSilent = coming?.Silent ?? false,
            DestinationPlace = isOperator ? destination?.Place : Masked(destination?.Place),
            DestinationCity = destination?.City,
            DestinationTimeZone = destination?.TimeZone,
            Locale = registration.Recipient?.Value.Locale,
            Timeline = [.. shipment.Timeline.Scans.Where(scan => !shipment.Timeline.IsRetracted(scan)).Select(scan => Shown(scan, isOperator))],
            EarlierScansNotShown = shipment.Timeline.Truncated,
            Milestones = isOperator ? [.. shipment.Milestones.Select(Shown)] : [],
            // Of a return the proof is the sender's.
            Proof = standing.Status == ShipmentStatus.Delivered ? standing.Because?.Proof : null,
            MisplacedMetres = HandOver.MisplacedMetres(shipment),
            Instruction = shipment.NewestInstruction is { Instruction: { } instruction } outcome
                ? new InstructionView(instruction.Kind, instruction.Note, outcome.RefusedBecause is null, outcome.RefusedBecause)
                {
                    CommandId = outcome.CommandId, Day = instruction.Day, State = InstructionRules.StateOf(shipment, outcome),
                }
                : null,
            PossibleInstructions = InstructionRules.Possible(shipment),
        };
    }

    // A recipient sees the town of a hub, not its name: names of hubs help those who want to be there before the parcel.
    static ScanView Shown(Scan scan, bool isOperator)
        => new(scan.Id, scan.Event, scan.OccurredAt,
            isOperator ? scan.Location?.Facility ?? scan.Location?.City : scan.Location?.City,
            scan.Event == ScanEvent.Unrecognised ? scan.Description ?? scan.Code : scan.Description);

    static MilestoneView Shown(MilestoneDecision decision) => new(decision.Key.Kind, decision.At, decision.Missed);

    /// <summary>To three decimals, about a hundred metres: whoever waits knows the door, and whoever only has the link need not.</summary>
    static GeoPoint? Masked(GeoPoint? place)
        => place is { } exact ? GeoPoint.Create(Math.Round(exact.Latitude, 3), Math.Round(exact.Longitude, 3)) : null;
}
