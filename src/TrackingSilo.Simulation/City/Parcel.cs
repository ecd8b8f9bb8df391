using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation;

/// <summary>One parcel of the city, and what its merchant says about it.</summary>
sealed class Parcel
{
    public required ShipmentId Id { get; init; }
    public required CarrierProfile Carrier { get; init; }
    public required string Merchant { get; init; }
    public required string Service { get; init; }
    public required GeoPoint Destination { get; init; }
    public required string Postcode { get; init; }
    public required string RecipientName { get; init; }
    public required string Locale { get; init; }
    public required bool Signature { get; init; }
    public DateTimeOffset? PromisedFrom { get; set; }
    public DateTimeOffset PromisedBy { get; set; }

    /// <summary>Scans so far, for the numbers of the next.</summary>
    public int Scans { get; set; }
}

/// <summary>What one line of a parcel's life is.</summary>
enum LifeStepKind : byte
{
    Registration,
    Scan,
    Manifest,
    Command,
}

/// <summary>One line of a parcel's life (or the manifest, which belongs among them by time).</summary>
/// <param name="Number">Of the scan within the parcel's life.</param>
/// <param name="Retracts">Number of the scan that it takes back; 0: none.</param>
readonly record struct LifeStep(
    DateTimeOffset At, LifeStepKind Kind, Parcel? Parcel = null, ScanEvent Event = default, int Number = 0, int Retracts = 0,
    ScanPlace Place = default, string? Description = null);

enum ScanPlace : byte
{
    None,
    Hub,
    Depot,
    Door,
}
