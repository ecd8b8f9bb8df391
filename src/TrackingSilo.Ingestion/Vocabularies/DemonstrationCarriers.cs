using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>How the carriers of the simulated city word what happens: one in numbers, one in German.</summary>
static class DemonstrationCarriers
{
    public static KeyValuePair<string, Vocabulary>[] All { get; } =
    [
        new("quadrat", new Vocabulary(
        [
            new("100", ScanEvent.Registered),
            new("200", ScanEvent.PickedUp),
            new("310", ScanEvent.ArrivedAtFacility),
            new("320", ScanEvent.DepartedFacility),
            new("390", ScanEvent.Delayed),
            new("400", ScanEvent.LoadedOnVehicle),
            new("410", ScanEvent.OutForDelivery),
            new("510", ScanEvent.AttemptFailed),
            new("520", ScanEvent.ReadyForPickup),
            new("530", ScanEvent.Redelivery),
            new("600", ScanEvent.Delivered),
            new("700", ScanEvent.ReturnStarted),
            new("790", ScanEvent.Returned),
            new("910", ScanEvent.Cancelled),
            new("990", ScanEvent.Lost),
        ])),
        new("kurpfalz-express", new Vocabulary(
        [
            new("ANGEKUENDIGT", ScanEvent.Registered),
            new("ABGEHOLT", ScanEvent.PickedUp),
            new("EINGANG", ScanEvent.ArrivedAtFacility),
            new("AUSGANG", ScanEvent.DepartedFacility),
            new("VERZOEGERT", ScanEvent.Delayed),
            new("VERLADEN", ScanEvent.LoadedOnVehicle),
            new("IN_ZUSTELLUNG", ScanEvent.OutForDelivery),
            new("NICHT_ANGETROFFEN", ScanEvent.AttemptFailed),
            new("ABHOLBEREIT", ScanEvent.ReadyForPickup),
            new("NEUER_VERSUCH", ScanEvent.Redelivery),
            new("ZUGESTELLT", ScanEvent.Delivered),
            new("RUECKSENDUNG", ScanEvent.ReturnStarted),
            new("ZURUECKGEGEBEN", ScanEvent.Returned),
            new("STORNIERT", ScanEvent.Cancelled),
            new("VERLUST", ScanEvent.Lost),
        ])),
    ];
}
