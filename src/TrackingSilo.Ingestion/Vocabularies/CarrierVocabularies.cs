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
        .. Enum.GetValues<ScanEvent>().Where(scanEvent => scanEvent != ScanEvent.Retraction).Select(scanEvent => KeyValuePair.Create(ScanEventNames.Of(scanEvent), new Meaning(scanEvent))),
        new("created", new(ScanEvent.Registered)),
        new("collected", new(ScanEvent.PickedUp)),
        new("arrived", new(ScanEvent.ArrivedAtFacility)),
        new("departed", new(ScanEvent.DepartedFacility)),
        new("customs", new(ScanEvent.InCustoms)),
        new("loaded", new(ScanEvent.LoadedOnVehicle)),
        new("onVehicle", new(ScanEvent.LoadedOnVehicle)),
        new("notHome", new(ScanEvent.AttemptFailed, Reason.NotHome)),
        new("failed", new(ScanEvent.AttemptFailed)),
        new("pickup", new(ScanEvent.ReadyForPickup)),
        new("redeliver", new(ScanEvent.Redelivery)),
        new("returning", new(ScanEvent.ReturnStarted)),
    ]);

    public Vocabulary Of(string carrier) => _byCarrier.GetValueOrDefault(carrier, General);
}
