using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans.Tests;

public sealed class DeliveryWindowTests
{
    readonly DeliveryWindow _window = new(new OpenedPartition(new LogPartition("log", "scans", 0), new PartitionId(1), 1, -1));

    [Fact]
    public void A_delivery_names_the_one_before_it()
    {
        Assert.Equal(-1, Deliver("a", 3));
        Assert.Equal(3, Deliver("a", 5));
        Assert.Equal(-1, Deliver("b", 6));
    }

    [Fact]
    public void After_going_back_nothing_is_named_that_comes_again()
    {
        Deliver("a", 3);
        Deliver("a", 5);
        Assert.Equal(-1, Deliver("a", 3));
        Assert.Equal(3, Deliver("a", 5));
    }

    [Fact]
    public void A_partition_is_durable_up_to_the_first_delivery_that_is_not()
    {
        Deliver("a", 3);
        Deliver("b", 4);
        _window.Advance(4);
        Assert.Equal(2, _window.DurableUpTo(4));
        _window.Flushed(ActorKind.Shipment, "a", 3);
        Assert.Equal(3, _window.DurableUpTo(4));
        _window.Flushed(ActorKind.Shipment, "b", 4);
        Assert.Equal(4, _window.DurableUpTo(4));
    }

    [Fact]
    public void What_is_under_way_while_its_actor_is_flushed_is_not_called_durable()
    {
        Deliver("a", 3);
        _window.Begin(7, 7);
        _window.Enter(ActorKind.Shipment, "a", 7);
        _window.Flushed(ActorKind.Shipment, "a", 3);
        _window.Applied(ActorKind.Shipment, "a", 7);
        _window.Advance(7);
        Assert.Equal(3, _window.DurableUpTo(7));
    }

    [Fact]
    public void An_actor_that_has_lost_what_was_delivered_holds_the_partition_back()
    {
        Deliver("a", 3);
        _window.Advance(3);
        _window.Flushed(ActorKind.Shipment, "a", -1);
        Assert.Equal(2, _window.DurableUpTo(3));
    }

    long Deliver(string key, long offset)
    {
        _window.Begin(offset, offset);
        var previous = _window.Enter(ActorKind.Shipment, key, offset);
        _window.Applied(ActorKind.Shipment, key, offset);
        return previous;
    }
}
