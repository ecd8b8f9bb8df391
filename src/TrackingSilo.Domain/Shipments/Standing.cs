using System.Collections.Immutable;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Shipments;

/// <summary>What a timeline comes to: one pass over its standing scans, oldest first.</summary>
public sealed record Standing
{
    public required ShipmentStatus Status { get; init; }

    /// <summary>The scan that led to the status (of several tries the newest); null while there is none.</summary>
    public Scan? Because { get; init; }

    /// <summary>Id of the scan that opened the present leg; empty for the first.</summary>
    public string LegScanId { get; init; } = "";

    /// <summary>Newest scan of all that stand; null while there is none.</summary>
    public Scan? Newest { get; init; }

    /// <summary>The leg's newest loading or out-for-delivery scan that names a vehicle.</summary>
    public Scan? Loading { get; init; }

    /// <summary>The vehicle of <see cref="Loading"/>.</summary>
    public VehicleId? Vehicle => Loading?.Vehicle;

    /// <summary>Why the newest delay or exception of the leg happened, until the parcel moves on.</summary>
    public Reason Reason { get; init; }

    /// <summary>Whose <see cref="Reason"/> is.</summary>
    public Responsibility Responsibility { get; init; }

    /// <summary>Every change of status, and every further try to deliver, in the order of event time, with the leg that it fell in.</summary>
    public ImmutableArray<StatusChange> Changes { get; init; } = [];

    internal static Standing Fold(Timeline timeline)
    {
        var status = ShipmentStatus.Registered;
        Scan? because = null, newest = null, loading = null;
        var leg = "";
        var reason = Reason.None;
        var responsibility = Responsibility.None;
        var changes = ImmutableArray.CreateBuilder<StatusChange>();
        foreach (var scan in timeline.Scans)
        {
            if (timeline.IsRetracted(scan))
                continue;
            newest = scan;
            var why = scan.Reason != Reason.None ? scan.Reason : Reasons.Of(scan.Event);
            // In customs is no trouble yet, but whoever waits should know whom the parcel waits for.
            var responsible = why == Reason.None && scan.Event == ScanEvent.InCustoms ? Responsibility.Customs : Reasons.Owner(why);
            if (LifeCycle.Next(status, scan.Event) is { } next)
            {
                if (next.OpensLeg)
                {
                    leg = scan.Id;
                    loading = null;
                }
                if (because is null || next.To != status || next.OpensLeg || IsFurtherTry(next.To))
                {
                    changes.Add(new StatusChange(next.To, scan, leg));
                    because = scan;
                }
                status = next.To;
                (reason, responsibility) = (why, responsible);
            }
            else if (responsible != Responsibility.None && !LifeCycle.IsTerminal(status))
            {
                (reason, responsibility) = (why, responsible);
            }
            if (scan.Event is ScanEvent.LoadedOnVehicle or ScanEvent.OutForDelivery && scan.Vehicle is not null)
                loading = scan;
        }
        return new Standing
        {
            Status = status,
            Because = because,
            LegScanId = leg,
            Newest = newest,
            Loading = loading,
            Reason = reason,
            Responsibility = responsibility,
            Changes = changes.ToImmutable(),
        };
    }

    // Carriers go out again the next morning, or fail again, with nothing scanned between: each try is news, while one more hub is not.
    static bool IsFurtherTry(ShipmentStatus status) => status is ShipmentStatus.OutForDelivery or ShipmentStatus.AttemptFailed;
}

/// <summary>One change of status, or one more try that ends in the same status.</summary>
public sealed record StatusChange(ShipmentStatus To, Scan Because, string LegScanId);
