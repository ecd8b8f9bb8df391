using TrackingSilo.Domain.Shipments;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Tests.Vocabularies;

public class CarrierVocabulariesTests
{
    static readonly CarrierVocabularies s_vocabularies = CarrierFiles.Load(CarrierFiles.DefaultFolder).Vocabularies;

    [Fact]
    public void Canonical_names_are_understood_from_carriers_without_a_vocabulary()
    {
        foreach (var scanEvent in Enum.GetValues<ScanEvent>().Where(scanEvent => scanEvent != ScanEvent.Retraction))
            Assert.Equal(scanEvent, s_vocabularies.Of("whoever").Of(ScanEventNames.Of(scanEvent)).Event);
    }

    [Fact]
    public void Upper_and_lower_case_are_the_same()
        => Assert.Equal(ScanEvent.OutForDelivery, CarrierVocabularies.General.Of("OUTFORDELIVERY").Event);

    [Fact]
    public void A_vocabulary_says_the_reason_with_the_event_and_leaves_the_rest_to_another()
    {
        var vocabularies = new CarrierVocabularies(
            [new("odd", new Vocabulary([new("delivered", new(ScanEvent.ReadyForPickup)), new("X1", new(ScanEvent.AttemptFailed, Reason.Refused))], otherwise: CarrierVocabularies.General))]);

        Assert.Equal(new Meaning(ScanEvent.ReadyForPickup), vocabularies.Of("odd").Of("delivered"));
        Assert.Equal(new Meaning(ScanEvent.AttemptFailed, Reason.Refused), vocabularies.Of("odd").Of("x1"));
        Assert.Equal(ScanEvent.Lost, vocabularies.Of("odd").Of("lost").Event);
        Assert.Equal(ScanEvent.Unrecognised, vocabularies.Of("odd").Of("whatever").Event);
    }
}
