using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public sealed class HandOverTests
{
    static readonly GeoPoint s_home = GeoPoint.Create(48.2, 16.37);

    static readonly Shipment s_coming = OutForDelivery().With(new ShipmentChange { ChangedAt = At(0), Destination = new Destination { Place = s_home } });

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(200.0, false)]
    [InlineData(300.0, true)]
    [InlineData(2300.0, true)]
    public void A_parcel_handed_over_far_from_its_destination_is_misplaced(double metres, bool misplaced)
    {
        var delivered = s_coming.With(Word(0, 10) with { VehiclePlace = North(metres) }).With(Scan("d", ScanEvent.Delivered, 10.5));
        var drivenOn = delivered.With(Word(0, 30) with { VehiclePlace = North(50_000) });

        Assert.All([delivered, drivenOn], parcel => Assert.Equal(misplaced ? metres : 0, Math.Round(HandOver.MisplacedMetres(parcel) ?? 0)));
        Assert.Equal(misplaced, ShipmentViews.Of(delivered, At(11), Viewer.Recipient).MisplacedMetres is not null);
    }

    [Fact]
    public void A_fix_of_another_time_says_nothing() => Assert.Null(HandOver.MisplacedMetres(s_coming.With(Word(0, 5) with { VehiclePlace = North(2300) }).With(Scan("d", ScanEvent.Delivered, 10))));

    [Fact]
    public void The_position_in_the_proof_outweighs_the_vehicles()
    {
        var far = s_coming.With(Word(0, 10) with { VehiclePlace = North(2300) });

        Assert.Null(HandOver.MisplacedMetres(far.With(Scan("d", ScanEvent.Delivered, 10) with { Proof = new ProofOfDelivery { Place = s_home } })));
        Assert.NotNull(HandOver.MisplacedMetres(s_coming.With(Scan("d", ScanEvent.Delivered, 10) with { Proof = new ProofOfDelivery { Place = North(2300) } })));
    }

    [Fact]
    public void A_delivery_that_is_taken_back_was_nowhere()
        => Assert.Null(HandOver.MisplacedMetres(s_coming.With(Word(0, 10) with { VehiclePlace = North(2300) }).With(Scan("d", ScanEvent.Delivered, 10), Retraction("r", "d"))));

    static GeoPoint North(double metres) => GeoPoint.Create(48.2 + (metres / 111_194.927), 16.37);
}
