using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Tests.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Milestones;

public class MilestoneRulesTests
{
    const double Day = 24 * 60;

    static Shipment Decided(Shipment shipment, double minutes) => MilestoneRules.Decide(shipment, At(minutes));

    static IEnumerable<MilestoneKind> Sent(Shipment shipment) => shipment.Outbox.Where(entry => entry.Milestone is not null).Select(entry => entry.Milestone!.Value);

    static IEnumerable<MilestoneKind> Missed(Shipment shipment) => shipment.Milestones.Where(decision => decision.Missed).Select(decision => decision.Key.Kind);

    /// <summary>One message, and when it became known.</summary>
    sealed record Heard(object Message, DateTimeOffset KnownAt);

    static readonly Gen<Heard[]> Life =
        from orders in Any.TwoOrders(Any.Message.ArrayOf().Resize(40))
        from minutes in Gen.CollectToArray(orders.Again.Select(_ => Gen.Choose(0, 90)))
        select orders.Again.Select((message, i) => new Heard(message, At(minutes.Take(i + 1).Sum()))).ToArray();

    static Shipment After(Shipment before, Heard heard)
    {
        var next = heard.Message switch
        {
            Scan scan => before.With(scan),
            ShipmentChange change => before.With(change),
            _ => before.With((VehicleProgress)heard.Message),
        };
        return MilestoneRules.DecideSilence(MilestoneRules.Decide(next, heard.KnownAt), heard.KnownAt);
    }

    /// <summary>All that leaves; what has left is confirmed every second time, so that only the decisions can stop a repeat.</summary>
    static List<OutboxEntry> Told(Shipment shipment, IEnumerable<Heard> life)
    {
        var told = new List<OutboxEntry>();
        foreach (var heard in life)
        {
            var next = After(shipment, heard);
            told.AddRange(next.Outbox.Except(shipment.Outbox));
            shipment = heard.KnownAt.Minute % 2 == 0 ? next.WithSent([.. next.Outbox.Select(entry => entry.Key)]) : next;
        }
        return told;
    }

    [Fact]
    public void Whatever_is_late_doubled_or_taken_back_each_milestone_is_told_once_under_its_key()
        => Life.Holds(life =>
        {
            var told = Told(Parcel, life);
            Assert.Equal(told.Count, told.Select(entry => entry.Key).Distinct().Count());
            Assert.Equal(told.Count, told.Select(entry => (entry.Milestone, entry.At, entry.Channel)).Distinct().Count());
        }, tests: 1000);

    [Fact]
    public void A_restart_from_any_point_tells_the_same_under_the_same_keys()
        => (from life in Life from start in Gen.Choose(0, life.Length) select (life, start)).Holds(input =>
        {
            var saved = input.life.Take(input.start).Aggregate(Parcel, After);
            var rest = input.life.Skip(input.start).ToArray();
            Assert.Equal(Told(saved, rest).Select(entry => entry.Key), Told(saved, rest).Select(entry => entry.Key));
            // What had been applied before the copy was made comes again too: it is decided already.
            Assert.Equal(saved.Milestones, input.life.Take(input.start).TakeLast(1).Aggregate(saved, After).Milestones);
        });

    [Fact]
    public void A_life_with_more_milestones_than_are_kept_repeats_none()
    {
        var life = Enumerable.Range(0, 120)
            .Select(i => Scan($"e{i}", i % 2 == 0 ? ScanEvent.OutForDelivery : ScanEvent.AttemptFailed, i * Day))
            .Select(scan => new Heard(scan, scan.OccurredAt)).ToArray();
        var told = Told(Parcel, life);
        Assert.Equal(120, told.Count);

        var parcel = life.Aggregate(Parcel, After);
        Assert.Equal(MilestoneRules.DecisionsMax, parcel.Milestones.Length);
        Assert.Same(parcel, MilestoneRules.Decide(parcel, At(120 * Day)));
    }

    [Fact]
    public void Every_status_on_the_way_is_told_when_it_is_news()
    {
        ScanEvent[] life =
        [
            ScanEvent.Registered, ScanEvent.PickedUp, ScanEvent.OutForDelivery, ScanEvent.AttemptFailed, ScanEvent.ReadyForPickup, ScanEvent.ReturnStarted, ScanEvent.Returned,
        ];
        var parcel = life.Select((happened, i) => Scan($"e{i}", happened, i)).Aggregate(Parcel, (facts, scan) => MilestoneRules.Decide(facts.With(scan), scan.OccurredAt));

        Assert.Equal(
            [
                MilestoneKind.Registered, MilestoneKind.InTransit, MilestoneKind.OutForDelivery, MilestoneKind.AttemptFailed, MilestoneKind.ReadyForPickup,
                MilestoneKind.Returning, MilestoneKind.Returned,
            ],
            Sent(parcel));
    }

    [Fact]
    public void What_is_no_longer_so_is_recorded_as_missed()
    {
        var parcel = Decided(Parcel.With(Scan("out", ScanEvent.OutForDelivery, 0), Scan("done", ScanEvent.Delivered, 60)), 61);

        Assert.Equal([MilestoneKind.Delivered], Sent(parcel));
        Assert.Equal([MilestoneKind.OutForDelivery], Missed(parcel));
    }

    [Theory]
    [InlineData(ScanEvent.OutForDelivery, 4 * 60)]
    [InlineData(ScanEvent.PickedUp, Day)]
    [InlineData(ScanEvent.Delivered, 2 * Day)]
    public void What_is_known_too_late_for_its_kind_is_missed_and_stays_so(ScanEvent happened, double freshMinutes)
    {
        var parcel = Parcel.With(Scan("e", happened, 0));
        Assert.Single(Sent(Decided(parcel, freshMinutes)));

        var missed = Decided(parcel, freshMinutes + 1);
        Assert.Single(Missed(missed));
        Assert.Empty(missed.Outbox);
        Assert.Same(missed, Decided(missed, 1));
    }

    [Fact]
    public void Each_channel_of_the_recipient_gets_one_message_and_the_page_where_there_is_none()
    {
        var parcel = OutForDelivery().For(new Contact("sms", "1"), new Contact("sms", "2"), new Contact("email", "a@b"));

        Assert.Equal(["/OutForDelivery/2026-03-10/sms", "/OutForDelivery/2026-03-10/email"], Decided(parcel, 1).Outbox.Select(entry => entry.Key));
        Assert.Equal(["page"], Decided(OutForDelivery(), 1).Outbox.Select(entry => entry.Channel));
    }

    [Fact]
    public void The_countdown_goes_by_stops_minutes_and_the_circle_each_once()
    {
        var parcel = Decided(OutForDelivery(), 1);
        List<MilestoneKind[]> told = [];
        void Say(int stopsAway, double minutes, int? within = null, double? entered = null)
        {
            var next = Decided(parcel.With(Word(stopsAway, minutes) with { WithinMinutes = within, EnteredAt = entered is { } at ? At(at) : null }), minutes);
            told.Add([.. Sent(next).Except(Sent(parcel))]);
            parcel = next;
        }

        Say(11, 10);
        Say(10, 20);
        Say(9, 25, within: 30);
        Say(3, 40, within: 30);
        Say(1, 50, within: 10);
        Say(0, 55, within: 5, entered: 54);
        Say(0, 56, within: 5, entered: 54);

        Assert.Equal(
            [
                [], [MilestoneKind.TenStopsAway], [MilestoneKind.ThirtyMinutesAway], [MilestoneKind.ThreeStopsAway], [MilestoneKind.TenMinutesAway], [MilestoneKind.Nearby], [],
            ],
            told);
    }

    [Fact]
    public void A_merchant_chooses_of_which_rungs_its_recipients_are_told()
    {
        Assert.True(CountdownRungs.TryParse(["5minutes", "20minutes", "3stops"], out var chosen));
        Assert.False(CountdownRungs.TryParse(["7stops"], out _));
        var rungs = new CountdownRungs(new Dictionary<string, System.Collections.Immutable.ImmutableArray<CountdownRung>> { ["shop"] = chosen, ["quiet"] = [] });

        IEnumerable<MilestoneKind> Told(string merchant)
        {
            var parcel = OutForDelivery().With(new ShipmentChange { ChangedAt = Eight, Merchant = merchant });
            foreach (var (stops, minutes, within) in new[] { (12, 10, 60), (9, 20, 30), (4, 30, 20), (2, 40, 10), (0, 50, 5) })
                parcel = MilestoneRules.Decide(parcel.With(Word(stops, minutes) with { WithinMinutes = within, EnteredAt = within == 5 ? At(50) : null }), At(minutes), rungs);
            return Sent(parcel).Skip(1); // it was told that the parcel is out
        }

        Assert.Equal([MilestoneKind.TwentyMinutesAway, MilestoneKind.ThreeStopsAway, MilestoneKind.FiveMinutesAway], Told("shop"));
        Assert.Empty(Told("quiet"));
        Assert.Equal(
            [MilestoneKind.TenStopsAway, MilestoneKind.ThirtyMinutesAway, MilestoneKind.ThreeStopsAway, MilestoneKind.TenMinutesAway, MilestoneKind.Nearby], Told("other"));
    }

    [Fact]
    public void A_vehicle_first_heard_of_near_by_tells_only_the_nearest_rungs()
    {
        var parcel = Decided(OutForDelivery().With(Word(2, 30) with { WithinMinutes = 8 }), 30);

        Assert.Equal([MilestoneKind.OutForDelivery, MilestoneKind.ThreeStopsAway, MilestoneKind.TenMinutesAway], Sent(parcel));
        Assert.Equal([MilestoneKind.TenStopsAway, MilestoneKind.ThirtyMinutesAway], Missed(parcel));
    }

    [Fact]
    public void A_countdown_heard_too_late_is_missed()
    {
        var parcel = Decided(OutForDelivery(), 1).With(Word(9, 10) with { EnteredAt = At(9) });

        Assert.Equal([MilestoneKind.TenStopsAway, MilestoneKind.Nearby], Missed(Decided(parcel, 21)));
        Assert.Empty(Missed(Decided(parcel, 19)));
    }

    [Fact]
    public void There_is_no_countdown_before_it_is_out_nor_once_the_vehicle_is_there_nor_without_a_fix()
    {
        var near = Word(2, 10);
        Assert.Empty(Decided(Parcel.With(Scan("load", ScanEvent.LoadedOnVehicle, 0)).With(near), 2 * Day).Outbox);
        Assert.All(
            [near with { ArrivedAt = At(9) }, near with { DoneAt = At(9) }, near with { Assigned = false }, near with { SeenAt = null }],
            word => Assert.Equal([MilestoneKind.OutForDelivery], Sent(Decided(OutForDelivery().With(word), 10))));
    }

    // Midnight in Vienna, and in UTC, in which vehicles speak.
    [Theory]
    [InlineData("Europe/Vienna", 16 * 60)]
    [InlineData("Europe/Vienna", 17 * 60)]
    [InlineData("", 16 * 60)]
    [InlineData("", 17 * 60)]
    public void A_tour_past_midnight_counts_down_once(string zone, double midnight)
    {
        var parcel = Decided(OutForDelivery(14 * 60).To(zone).With(Word(9, midnight - 1)), midnight - 1);

        Assert.Equal([MilestoneKind.OutForDelivery, MilestoneKind.TenStopsAway], Sent(parcel));
        Assert.Equal(parcel.Milestones, Decided(parcel.With(Word(8, midnight + 1)), midnight + 1).Milestones);
    }

    [Fact]
    public void A_second_day_without_a_scan_between_is_told_and_counts_down_again()
    {
        var first = Decided(Decided(OutForDelivery(), 1).With(Word(9, 60)), 60);
        var second = Decided(first.With(Scan("out2", ScanEvent.OutForDelivery, Day)).With(Word(9, Day + 60)), Day + 60);

        Assert.Equal(
            [MilestoneKind.OutForDelivery, MilestoneKind.TenStopsAway, MilestoneKind.OutForDelivery, MilestoneKind.TenStopsAway],
            Sent(second));
        Assert.Equal(4, second.Outbox.Select(entry => entry.Key).Distinct().Count());
    }

    [Fact]
    public void The_last_word_of_yesterdays_tour_spends_nothing_of_todays_countdown()
    {
        var yesterday = Decided(OutForDelivery(), 1).With(Word(3, 9 * 60) with { EnteredAt = At(9 * 60) });
        var today = Decided(yesterday.With(Scan("out2", ScanEvent.OutForDelivery, Day)), Day);
        Assert.Empty(Missed(today));

        Assert.Contains(MilestoneKind.TenStopsAway, Sent(Decided(today.With(Word(10, Day + 60)), Day + 60)));
    }

    [Fact]
    public void A_late_scan_that_splits_the_leg_does_not_tell_a_delivery_twice()
    {
        var delivered = Decided(Parcel.With(Scan("done", ScanEvent.Delivered, 60)), 60);
        var split = Decided(delivered.With(Scan("again", ScanEvent.Redelivery, 30)), 70);

        Assert.Equal("again", split.Standing.LegScanId);
        Assert.Equal([MilestoneKind.Delivered], Sent(split));
    }

    [Theory]
    [InlineData("Europe/Vienna", "2026-03-10")]
    [InlineData("Asia/Tokyo", "2026-03-11")]
    [InlineData("America/Los_Angeles", "2026-03-10")]
    [InlineData("Mars/Olympus", "2026-03-10")]
    [InlineData("../../etc/passwd", "2026-03-10")]
    [InlineData("", "2026-03-10")]
    public void The_day_is_that_of_the_destination(string zone, string day)
        => Assert.Equal($"/Delivered/{day}/page", Assert.Single(Decided(Parcel.To(zone).With(Scan("done", ScanEvent.Delivered, 9 * 60)), 9 * 60).Outbox).Key);

    [Fact]
    public void Without_a_known_zone_the_day_is_that_of_the_carriers_offset()
    {
        var late = Scan("done", ScanEvent.Delivered, 0) with { OccurredAt = new DateTimeOffset(2026, 3, 10, 23, 30, 0, TimeSpan.FromHours(-5)) };

        Assert.Equal(new DateOnly(2026, 3, 10), Decided(Parcel.With(late), 0).Milestones[0].Key.Day);
    }

    [Fact]
    public void A_zone_that_becomes_known_later_tells_nothing_twice()
    {
        var parcel = Decided(OutForDelivery(9 * 60).With(Word(9, 10 * 60)), 10 * 60);
        Assert.Equal(parcel.Milestones, Decided(parcel.To("Asia/Tokyo").With(Word(8, 11 * 60)), 11 * 60).Milestones);
    }

    [Fact]
    public void Late_comes_with_time_alone_and_once_for_one_promise()
    {
        var parcel = Parcel.With(Scan("hub", ScanEvent.ArrivedAtFacility, 0)).Promised(600);
        Assert.Same(parcel, MilestoneRules.DecideSilence(parcel, At(600)));

        var late = MilestoneRules.DecideSilence(parcel, ShipmentTimes.NextChangeAfter(parcel, At(600))!.Value);
        Assert.Equal([MilestoneKind.Late], Sent(late));
        Assert.Same(late, MilestoneRules.DecideSilence(late, At(600 + Day)));
        var laterPromise = late.With(new ShipmentChange { ChangedAt = At(700), Promise = new Promise(null, At(600 + Day)) });
        Assert.Equal([MilestoneKind.Late, MilestoneKind.Late], Sent(MilestoneRules.DecideSilence(laterPromise, At(601 + Day))));
    }

    [Fact]
    public void A_stall_comes_with_time_alone_once_and_again_after_the_next_scan()
    {
        var parcel = Parcel.With(Scan("hub", ScanEvent.ArrivedAtFacility, 0));
        var stalledAt = ShipmentTimes.NextChangeAfter(parcel, At(0))!.Value;
        Assert.Same(parcel, MilestoneRules.DecideSilence(parcel, stalledAt.AddTicks(-1)));

        var stalled = MilestoneRules.DecideSilence(parcel, stalledAt);
        Assert.Equal([MilestoneKind.Stalled], Sent(stalled));
        Assert.Same(stalled, MilestoneRules.DecideSilence(stalled, stalledAt.AddDays(1)));
        var moved = stalled.With(Scan("on", ScanEvent.DepartedFacility, 3 * Day));
        Assert.Same(moved, MilestoneRules.DecideSilence(moved, At((3 * Day) + 1)));
        Assert.Equal([MilestoneKind.Stalled, MilestoneKind.Stalled], Sent(MilestoneRules.DecideSilence(moved, At(5 * Day))));
    }

    [Fact]
    public void Silence_noticed_days_later_is_recorded_as_missed()
    {
        var parcel = Parcel.With(Scan("hub", ScanEvent.ArrivedAtFacility, 0));

        Assert.Equal([MilestoneKind.Stalled], Missed(MilestoneRules.DecideSilence(parcel, At((4 * Day) + 1))));
        Assert.Equal([MilestoneKind.Late], Missed(MilestoneRules.DecideSilence(parcel.Promised(600), At(601 + (2 * Day)))));
    }

    [Fact]
    public void What_is_over_is_never_late_nor_stalled()
    {
        var parcel = Parcel.With(Scan("done", ScanEvent.Delivered, 700)).Promised(600);

        Assert.Same(parcel, MilestoneRules.DecideSilence(parcel, At(100 * Day)));
    }
}
