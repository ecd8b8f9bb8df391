using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public class RegistrationTests
{
    static Registration Registered(params IEnumerable<ShipmentChange> changes) => changes.Aggregate(Registration.None, (known, change) => known.With(change));

    [Fact]
    public void Any_order_and_doubling_of_the_same_changes_ends_in_the_same_registration()
        => Any.TwoOrders(Any.Change.ArrayOf().Resize(12)).Holds(orders => Assert.Equal(Values(Registered(orders.Once)), Values(Registered(orders.Again))), tests: 1000);

    // By value: of one instant told in two offsets either may be kept as the time of the change.
    static string Values(Registration known) => Json(new
    {
        Merchant = known.Merchant?.Value,
        Promise = known.Promise?.Value,
        Destination = known.Destination?.Value,
        Recipient = known.Recipient?.Value,
        Requires = known.Requires?.Value,
    });

    [Fact]
    public void Each_field_keeps_its_newest_change()
    {
        var known = Registered(
            new ShipmentChange { ChangedAt = At(10), Merchant = "new", Service = "express" },
            new ShipmentChange { ChangedAt = At(5), Merchant = "old", Promise = new Promise(null, At(600)) },
            new ShipmentChange { ChangedAt = At(20), Parent = ShipmentId.Parse("post/ALL"), ContinuesAs = ShipmentId.Parse("other/P1") });

        Assert.Equal(("new", "express", At(600)), (known.Merchant!.Value, known.Service!.Value, known.Promise!.Value.By));
        Assert.Equal(("post/ALL", "other/P1"), (known.Parent!.Value, known.ContinuesAs!.Value));
    }

    [Fact]
    public void What_a_change_leaves_out_stays()
    {
        var known = Registered(new ShipmentChange { ChangedAt = At(0), Merchant = "shop" });

        Assert.Same(known, known.With(new ShipmentChange { ChangedAt = At(5) }));
        Assert.Same(known, known.With(new ShipmentChange { ChangedAt = At(0), Merchant = "shop" }));
    }

    [Fact]
    public void Of_two_changes_at_one_instant_the_same_one_stays_on_every_machine()
    {
        var early = new ShipmentChange { ChangedAt = At(0), Promise = new Promise(null, At(60)) };
        var later = early with { Promise = new Promise(null, At(60).AddTicks(1)) };
        var before = Thread.CurrentThread.CurrentCulture;
        try
        {
            foreach (var culture in new[] { "", "de-DE", "th-TH", "ar-SA" })
            {
                Thread.CurrentThread.CurrentCulture = new(culture);
                Assert.Equal(later.Promise, Registered(early, later).Promise!.Value);
                Assert.Equal(later.Promise, Registered(later, early).Promise!.Value);
            }
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }
}
