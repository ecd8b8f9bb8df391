using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Tests.Shipments;

public sealed class AggregatorsTests
{
    static readonly Dictionary<Aggregator, string[]> s_words = new()
    {
        [Aggregator.EasyPost] = ["pre_transit", "in_transit", "out_for_delivery", "delivered", "available_for_pickup", "return_to_sender", "failure", "cancelled", "unknown", "error"],
        [Aggregator.Shippo] = ["UNKNOWN", "PRE_TRANSIT", "TRANSIT", "DELIVERED", "RETURNED", "FAILURE"],
        [Aggregator.AfterShip] = ["InfoReceived", "InTransit", "OutForDelivery", "AttemptFail", "Delivered", "AvailableForPickup", "Exception", "Expired", "Pending"],
        [Aggregator.ShipEngine] = ["UN", "AC", "IT", "DE", "EX", "AT", "NY", "SP"],
        [Aggregator.Karrio] =
            ["pending", "picked_up", "on_hold", "cancelled", "delivered", "in_transit", "delivery_failed", "delivery_delayed", "out_for_delivery", "ready_for_pickup", "return_to_sender", "unknown"],
    };

    [Fact]
    public void Every_word_of_every_aggregator_is_in_the_table_and_no_other()
    {
        foreach (var aggregator in Enum.GetValues<Aggregator>())
            Assert.Equal(s_words[aggregator].Order(StringComparer.Ordinal), Aggregators.Words(aggregator).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_situation_has_a_word_at_every_aggregator()
    {
        foreach (var aggregator in Enum.GetValues<Aggregator>())
        {
            foreach (var status in Enum.GetValues<ShipmentStatus>())
            {
                foreach (var reason in Enum.GetValues<Reason>())
                {
                    foreach (var punctuality in Enum.GetValues<Punctuality>())
                        Assert.Contains(Aggregators.ToTheirs(aggregator, new Situation(status, reason, punctuality)), s_words[aggregator]);
                }
            }
        }
    }

    [Fact]
    public void Their_word_comes_back_as_itself_but_for_those_that_are_listed()
    {
        var merged = new List<(Aggregator, string, string)>();
        foreach (var (aggregator, words) in s_words)
        {
            foreach (var word in words)
            {
                var back = Aggregators.ToTheirs(aggregator, Aggregators.ToOurs(aggregator, word)!.Value);
                if (back != word)
                    merged.Add((aggregator, word, back));
            }
        }

        Assert.Equal(merged.Order(), Aggregators.Merged.Select(one => (one.Aggregator, one.Theirs, one.ComesBackAs)).Order());
        Assert.All(Aggregators.Merged, one => Assert.NotEmpty(one.Why));
    }

    [Fact]
    public void A_word_that_is_none_of_theirs_means_nothing() => Assert.Null(Aggregators.ToOurs(Aggregator.Shippo, "delivered"));
}
