using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Tests.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Milestones;

public class CountdownTests
{
    /// <summary>Was told at half past eight that the van is two stops and eight minutes away.</summary>
    static Shipment Told() => MilestoneRules.Decide(OutForDelivery().With(Word(2, 30) with { WithinMinutes = 8, Arrival = Window(36, 38, 41) }), At(30));

    static bool IsTakenBack(Shipment shipment, double minutes) => ShipmentViews.Of(shipment, At(minutes), Viewer.Recipient).CountdownTakenBack;

    [Fact]
    public void A_countdown_that_holds_is_not_taken_back()
    {
        Assert.False(IsTakenBack(Told(), 30));
        Assert.False(IsTakenBack(Told().With(Word(1, 34) with { Arrival = Window(37, 40, 44) }), 34));
        Assert.False(IsTakenBack(Told().With(Word(0, 38) with { DoneAt = At(38) }), 45));
    }

    [Fact]
    public void A_van_that_goes_elsewhere_takes_its_countdown_back_and_the_view_says_so_until_it_comes()
    {
        var gone = Told().With(Word(9, 40) with { Arrival = Window(90, 100, 110) });
        Assert.True(IsTakenBack(gone, 40));
        Assert.False(IsTakenBack(gone.With(Word(1, 95) with { Arrival = Window(97, 100, 104) }), 95));
    }

    [Fact]
    public void A_longer_wait_than_was_told_is_taken_back_too_and_a_little_more_is_not()
    {
        Assert.False(IsTakenBack(Told().With(Word(2, 31) with { Arrival = Window(45, 50, 55) }), 31));
        Assert.True(IsTakenBack(Told().With(Word(2, 31) with { Arrival = Window(50, 60, 70) }), 31));
    }

    [Fact]
    public void A_van_that_drops_the_parcel_or_goes_by_without_a_scan_takes_it_back()
    {
        Assert.True(IsTakenBack(Told().With(Word(2, 35) with { Assigned = false }), 35));
        Assert.True(IsTakenBack(Told().With(Word(0, 38) with { DoneAt = At(38) }), 60));
    }

    [Fact]
    public void What_was_told_stays_decided_and_is_told_no_second_time()
    {
        var gone = MilestoneRules.Decide(Told().With(Word(9, 40)), At(40));
        var back = MilestoneRules.Decide(gone.With(Word(2, 95) with { WithinMinutes = 8 }), At(95));
        Assert.Equal(Told().Milestones.AsEnumerable(), back.Milestones.AsEnumerable());
    }

    [Fact]
    public void Delivered_or_never_told_there_is_nothing_to_take_back()
    {
        Assert.False(IsTakenBack(Told().With(Scan("done", ScanEvent.Delivered, 40)).With(Word(9, 41)), 41));
        Assert.False(IsTakenBack(OutForDelivery().With(Word(40, 30)), 30));
    }
}
