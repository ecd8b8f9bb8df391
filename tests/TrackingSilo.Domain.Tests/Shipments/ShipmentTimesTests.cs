using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public class ShipmentTimesTests
{
    const double Day = 24 * 60;

    // Scanned at 0 on its way, promised by 600.
    [Theory]
    [InlineData(null, 1, Punctuality.Unknown)]
    [InlineData(null, 2 * Day - 1, Punctuality.Unknown)]
    [InlineData(null, 2 * Day, Punctuality.Stalled)]
    [InlineData(600.0, 1, Punctuality.OnTime)]
    [InlineData(600.0, 600, Punctuality.OnTime)]
    [InlineData(600.0, 600.001, Punctuality.Late)]
    [InlineData(600.0, 2 * Day, Punctuality.Late)]
    [InlineData(3 * Day, 2 * Day, Punctuality.Stalled)]
    public void On_its_way_it_is_as_time_says(double? promisedBy, double now, Punctuality expected)
    {
        var parcel = Parcel.With(Scan("hub", ScanEvent.ArrivedAtFacility, 0));

        Assert.Equal(expected, ShipmentTimes.PunctualityOf(promisedBy is { } by ? parcel.Promised(by) : parcel, At(now)));
    }

    // Promised by 600.
    [Theory]
    [InlineData(400, 590, Punctuality.OnTime)]
    [InlineData(400, 600, Punctuality.OnTime)]
    [InlineData(400, 601, Punctuality.AtRisk)]
    [InlineData(600, 700, Punctuality.AtRisk)]
    [InlineData(601, 700, Punctuality.Late)]
    public void Out_for_delivery_the_window_against_the_promise_decides(double low, double high, Punctuality expected)
        => Assert.Equal(expected, ShipmentTimes.PunctualityOf(OutForDelivery().Promised(600).With(Word(9, 10) with { Arrival = Window(low, (low + high) / 2, high) }), At(11)));

    [Theory]
    [InlineData(ScanEvent.Delivered, 599, Punctuality.OnTime)]
    [InlineData(ScanEvent.Delivered, 601, Punctuality.Late)]
    [InlineData(ScanEvent.Returned, 10, Punctuality.Unknown)]
    [InlineData(ScanEvent.Lost, 10, Punctuality.Unknown)]
    [InlineData(ScanEvent.Cancelled, 10, Punctuality.Unknown)]
    public void What_is_over_stays_as_it_ended(ScanEvent happened, double minutes, Punctuality expected)
        => Assert.All([minutes, 10 * Day, 1000 * Day], now =>
            Assert.Equal(expected, ShipmentTimes.PunctualityOf(Parcel.Promised(600).With(Scan("e", happened, minutes)), At(now))));

    [Theory]
    [InlineData(ScanEvent.ReadyForPickup)]
    [InlineData(ScanEvent.Delivered)]
    public void What_waits_for_its_recipient_or_is_over_never_stalls(ScanEvent happened)
        => Assert.Null(ShipmentTimes.StalledAt(Parcel.With(Scan("e", happened, 0))));

    [Fact]
    public void What_was_only_announced_is_not_stalled_before_a_week_and_then_it_is_the_merchants()
    {
        var parcel = Parcel.With(Scan("r", ScanEvent.Registered, 0));
        Assert.Equal(Punctuality.Unknown, ShipmentTimes.PunctualityOf(parcel, At(6.9 * Day)));

        var view = ShipmentViews.Of(parcel, At(7 * Day), Viewer.Recipient);
        Assert.Equal((Punctuality.Stalled, Reason.NotReadyForCollection, Responsibility.Merchant), (view.Punctuality, view.Reason, view.Responsibility));
    }

    [Theory]
    [InlineData(ScanEvent.ArrivedAtFacility, 2, Punctuality.Stalled, Reason.NoScan)]
    [InlineData(ScanEvent.InCustoms, 4.9, Punctuality.Unknown, Reason.None)]
    [InlineData(ScanEvent.InCustoms, 5, Punctuality.Stalled, Reason.NoScan)]
    [InlineData(ScanEvent.Damaged, 2, Punctuality.Stalled, Reason.Damaged)]
    public void Silence_has_a_reason_unless_the_carrier_gave_another(ScanEvent happened, double days, Punctuality punctuality, Reason reason)
    {
        var view = ShipmentViews.Of(Parcel.With(Scan("e", happened, 0)), At(days * Day), Viewer.Operator);
        Assert.Equal((punctuality, reason), (view.Punctuality, view.Reason));
    }

    [Fact]
    public void Any_scan_ends_a_stall_and_one_taken_back_does_not()
    {
        var parcel = Parcel.With(Scan("hub", ScanEvent.ArrivedAtFacility, 0), Scan("text", ScanEvent.Information, 60));
        Assert.Equal(At(60 + (2 * Day)), ShipmentTimes.StalledAt(parcel));
        Assert.Equal(At(2 * Day), ShipmentTimes.StalledAt(parcel.With(Retraction("r", "text"))));
        Assert.Null(ShipmentTimes.StalledAt(Parcel));
    }

    static readonly Gen<(Shipment Parcel, DateTimeOffset Start)> SomeMoment =
        from scans in Any.Scan.ArrayOf().Resize(10)
        from promised in Gen.Elements<double?>(null, 10, 600, 4000)
        from start in Any.Instant
        select (promised is null ? Parcel.With(scans) : Parcel.With(scans).Promised(promised.Value), start);

    [Fact]
    public void The_next_change_is_always_ahead_comes_to_an_end_and_misses_none()
        => SomeMoment.Holds(input =>
        {
            var now = input.Start;
            var steps = 0;
            while (ShipmentTimes.NextChangeAfter(input.Parcel, now) is { } next)
            {
                Assert.True(next > now);
                var justBefore = next.AddMilliseconds(-1);
                if (justBefore > now)
                    Assert.Equal(ShipmentTimes.PunctualityOf(input.Parcel, now), ShipmentTimes.PunctualityOf(input.Parcel, justBefore));
                now = next;
                Assert.True(++steps <= 3, "It goes on and on.");
            }
            Assert.Equal(ShipmentTimes.PunctualityOf(input.Parcel, now), ShipmentTimes.PunctualityOf(input.Parcel, now.AddYears(1)));
        }, tests: 500);

    [Fact]
    public void A_finished_shipment_may_go_a_month_after_its_last_scan()
    {
        var done = Parcel.With(Scan("done", ScanEvent.Delivered, 0), Scan("text", ScanEvent.Information, 60));

        Assert.Equal(At(60 + (30 * Day)), ShipmentTimes.ForgottenAt(done));
        Assert.Equal(At(60 + (30 * Day)), ShipmentTimes.NextChangeAfter(done, At(0)));
        Assert.Null(ShipmentTimes.ForgottenAt(done.With(Scan("again", ScanEvent.Redelivery, 70))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(-14)]
    public void Dates_at_the_end_of_time_are_waited_for_and_break_nothing(int offset)
    {
        var end = DateTimeOffset.MaxValue.AddDays(-1).ToOffset(TimeSpan.FromHours(offset)).AddHours(23 - Math.Max(0, offset));
        var parcel = Parcel.With(new ShipmentChange { ChangedAt = end, Promise = new Promise(null, end) });

        Assert.NotNull(ShipmentTimes.NextChangeAfter(parcel, At(0)));
        Assert.NotNull(ShipmentTimes.NextChangeAfter(parcel.With(Scan("e", ScanEvent.PickedUp, 0) with { OccurredAt = end }), At(0)));
        Assert.NotNull(ShipmentTimes.NextChangeAfter(parcel.With(Scan("e", ScanEvent.Delivered, 0) with { OccurredAt = end }), At(0)));
        Assert.NotNull(ShipmentTimes.NextChangeAfter(Parcel.With(new ShipmentChange { ChangedAt = end, Promise = new Promise(null, DateTimeOffset.MaxValue) }), At(0)));
        Assert.Equal(Punctuality.OnTime, ShipmentTimes.PunctualityOf(parcel, At(0)));
    }
}
