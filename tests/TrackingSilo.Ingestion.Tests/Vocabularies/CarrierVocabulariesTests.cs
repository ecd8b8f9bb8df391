using TrackingSilo.Domain.Shipments;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Tests.Vocabularies;

public class CarrierVocabulariesTests
{
    [Fact]
    public void Every_canonical_name_but_that_of_a_retraction_is_a_code_of_any_carrier()
    {
        foreach (var scanEvent in Enum.GetValues<ScanEvent>().Where(scanEvent => scanEvent != ScanEvent.Retraction))
            Assert.Equal(scanEvent, CarrierVocabularies.Demonstration.Of("whoever").EventOf(ScanEventNames.Of(scanEvent)));
    }

    [Fact]
    public void Upper_and_lower_case_are_the_same()
        => Assert.Equal(ScanEvent.OutForDelivery, CarrierVocabularies.General.EventOf("OUTFORDELIVERY"));

    [Fact]
    public void A_carriers_own_words_come_before_the_general_ones()
    {
        var vocabularies = new CarrierVocabularies([new("odd", new Vocabulary([new("delivered", ScanEvent.ReadyForPickup), new("X1", ScanEvent.Lost)], CarrierVocabularies.General))]);

        Assert.Equal(ScanEvent.ReadyForPickup, vocabularies.Of("odd").EventOf("delivered"));
        Assert.Equal(ScanEvent.Lost, vocabularies.Of("odd").EventOf("x1"));
        Assert.Equal(ScanEvent.Held, vocabularies.Of("odd").EventOf("held"));
        Assert.Equal(ScanEvent.Unrecognised, vocabularies.Of("other").EventOf("X1"));
    }
}
