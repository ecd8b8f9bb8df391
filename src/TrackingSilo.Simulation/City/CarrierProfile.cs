using System.Collections.Frozen;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation;

/// <summary>A carrier of the city: where its vans start, and how it words what happens.</summary>
/// <param name="NumbersEvents">Whether its scans carry an event id; without one a scan is known by what it says.</param>
/// <param name="Codes">Its own code for each event.</param>
sealed record CarrierProfile(
    string Slug, string VanPrefix, string NumberPrefix, Spot Depot, string DepotName, bool NumbersEvents, FrozenDictionary<ScanEvent, string> Codes)
{
    public const string HubName = "Hub Rhein-Neckar";

    public static readonly Spot Hub = new(-6_000, 4_000);

    public static readonly CarrierProfile[] All =
    [
        new("quadrat", "Q", "QD", new Spot(-4_200, -2_600), "Depot Neckarau", NumbersEvents: true, new Dictionary<ScanEvent, string>
        {
            [ScanEvent.Registered] = "100",
            [ScanEvent.PickedUp] = "200",
            [ScanEvent.ArrivedAtFacility] = "310",
            [ScanEvent.DepartedFacility] = "320",
            [ScanEvent.Delayed] = "390",
            [ScanEvent.LoadedOnVehicle] = "400",
            [ScanEvent.OutForDelivery] = "410",
            [ScanEvent.AttemptFailed] = "510",
            [ScanEvent.ReadyForPickup] = "520",
            [ScanEvent.Redelivery] = "530",
            [ScanEvent.Delivered] = "600",
            [ScanEvent.ReturnStarted] = "700",
            [ScanEvent.Returned] = "790",
            [ScanEvent.Cancelled] = "910",
            [ScanEvent.Lost] = "990",
            [ScanEvent.Retraction] = "000",
        }.ToFrozenDictionary()),
        new("kurpfalz-express", "KX", "KE", new Spot(3_800, 3_100), "Depot Käfertal", NumbersEvents: false, new Dictionary<ScanEvent, string>
        {
            [ScanEvent.Registered] = "ANGEKUENDIGT",
            [ScanEvent.PickedUp] = "ABGEHOLT",
            [ScanEvent.ArrivedAtFacility] = "EINGANG",
            [ScanEvent.DepartedFacility] = "AUSGANG",
            [ScanEvent.Delayed] = "VERZOEGERT",
            [ScanEvent.LoadedOnVehicle] = "VERLADEN",
            [ScanEvent.OutForDelivery] = "IN_ZUSTELLUNG",
            [ScanEvent.AttemptFailed] = "NICHT_ANGETROFFEN",
            [ScanEvent.ReadyForPickup] = "ABHOLBEREIT",
            [ScanEvent.Redelivery] = "NEUER_VERSUCH",
            [ScanEvent.Delivered] = "ZUGESTELLT",
            [ScanEvent.ReturnStarted] = "RUECKSENDUNG",
            [ScanEvent.Returned] = "ZURUECKGEGEBEN",
            [ScanEvent.Cancelled] = "STORNIERT",
            [ScanEvent.Lost] = "VERLUST",
        }.ToFrozenDictionary()),
    ];
}
