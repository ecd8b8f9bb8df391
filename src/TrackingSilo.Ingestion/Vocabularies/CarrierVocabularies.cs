using System.Collections.Frozen;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>A vocabulary for each carrier that has one, and the general one for the others. Immutable.</summary>
public sealed class CarrierVocabularies
{
    readonly FrozenDictionary<string, Vocabulary> _byCarrier;

    public CarrierVocabularies(IEnumerable<KeyValuePair<string, Vocabulary>> byCarrier)
        => _byCarrier = byCarrier.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Canonical names, and the words that many carriers use for them.</summary>
    public static Vocabulary General { get; } = new(
    [
        .. Enum.GetValues<ScanEvent>().Where(scanEvent => scanEvent != ScanEvent.Retraction).Select(scanEvent => KeyValuePair.Create(ScanEventNames.Of(scanEvent), scanEvent)),
        new("created", ScanEvent.Registered),
        new("collected", ScanEvent.PickedUp),
        new("arrived", ScanEvent.ArrivedAtFacility),
        new("departed", ScanEvent.DepartedFacility),
        new("customs", ScanEvent.InCustoms),
        new("loaded", ScanEvent.LoadedOnVehicle),
        new("onVehicle", ScanEvent.LoadedOnVehicle),
        new("notHome", ScanEvent.AttemptFailed),
        new("failed", ScanEvent.AttemptFailed),
        new("pickup", ScanEvent.ReadyForPickup),
        new("redeliver", ScanEvent.Redelivery),
        new("returning", ScanEvent.ReturnStarted),
    ]);

    /// <summary>Those of the carriers in the simulated city, which the demonstration shows.</summary>
    public static CarrierVocabularies Demonstration { get; } = new(DemonstrationCarriers.All);

    public Vocabulary Of(string carrier) => _byCarrier.GetValueOrDefault(carrier, General);
}
