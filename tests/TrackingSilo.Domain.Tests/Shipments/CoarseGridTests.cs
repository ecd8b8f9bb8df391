using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Tests.Shipments;

public sealed class CoarseGridTests
{
    [Fact]
    public void A_place_is_within_the_radius_of_what_is_shown_wherever_it_is()
    {
        var luck = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var place = GeoPoint.Create((luck.NextDouble() * 170) - 85, (luck.NextDouble() * 359.9) - 179.95);
            var shown = CoarseGrid.MiddleOf(ShipmentId.Parse($"brisk/N{i % 100}"), place);
            Assert.True(place.DistanceMetresTo(shown) <= CoarseGrid.RadiusMetres + 5, $"{place} is shown at {shown}");
        }
    }

    [Fact]
    public void A_whole_street_gives_away_no_more_than_its_cells_and_each_shipment_has_others()
    {
        var street = Enumerable.Range(0, 1_000).Select(metre => GeoPoint.Create(59.9226, 10.7591 + (metre / 55_900.0))).ToArray();
        var one = street.Select(place => CoarseGrid.MiddleOf(ShipmentId.Parse("brisk/A1"), place)).ToHashSet();
        var other = street.Select(place => CoarseGrid.MiddleOf(ShipmentId.Parse("brisk/A2"), place)).ToHashSet();

        Assert.InRange(one.Count, 3, 4);
        Assert.Empty(one.Intersect(other));
    }
}
