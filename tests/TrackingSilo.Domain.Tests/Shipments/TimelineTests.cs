using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public class TimelineTests
{
    static readonly Gen<Scan[]> UpToFortyScans = Any.Scan.ArrayOf().Resize(40);

    /// <summary>More than is kept, each under an id of its own.</summary>
    static readonly Gen<Scan[]> TooMany =
        from scans in Gen.CollectToArray(Enumerable.Range(0, Timeline.ScansMax + 44).Select(i => Any.ScanWithId(Gen.Constant($"e{i}"))))
        from retractions in Gen.CollectToArray(Enumerable.Range(0, Timeline.RetractionsMax + 16).Select(i => Any.RetractionWithId(Gen.Constant($"r{i}"))))
        select scans.Concat(retractions).ToArray();

    static string All(Timeline timeline)
    {
        var parcel = Parcel with { Timeline = timeline };
        return Json(new
        {
            timeline.Scans,
            timeline.Retractions,
            timeline.Truncated,
            timeline.Standing,
            View = ShipmentViews.Of(parcel, At(300), Viewer.Recipient),
        });
    }

    [Fact]
    public void Any_order_and_doubling_of_the_same_scans_ends_in_the_same_timeline_standing_and_view()
        => Any.TwoOrders(UpToFortyScans).Holds(orders => Assert.Equal(All(TimelineOf(orders.Once)), All(TimelineOf(orders.Again))), tests: 1000);

    [Fact]
    public void Beyond_what_is_kept_order_still_does_not_matter()
        => Any.TwoOrders(TooMany).Holds(orders =>
        {
            var timeline = TimelineOf(orders.Once);
            Assert.Equal((Timeline.ScansMax, Timeline.RetractionsMax, true), (timeline.Scans.Length, timeline.Retractions.Length, timeline.Truncated));
            Assert.Equal(All(timeline), All(TimelineOf(orders.Again)));
        }, tests: 20);

    [Fact]
    public void A_scan_that_is_known_changes_nothing_at_all()
        => UpToFortyScans.Holds(scans =>
        {
            var timeline = TimelineOf(scans);
            Assert.All(scans, scan => Assert.Same(timeline, timeline.With(scan)));
        });

    [Fact]
    public void An_older_scan_never_lowers_the_status_within_its_leg()
        => (from scans in UpToFortyScans from late in Any.ScanWithId(Gen.Constant("late")) select (scans, late)).Holds(input =>
        {
            var before = TimelineOf(input.scans);
            if (NewestThatCounted(before) is not { } newest || input.late.OccurredAt >= newest.OccurredAt)
                return;
            var after = before.With(input.late).Standing;
            Assert.True(
                after.LegScanId != before.Standing.LegScanId || Progress(after.Status) >= Progress(before.Standing.Status),
                $"{before.Standing.Status} became {after.Status} by a late {input.late.Event}.");
        }, tests: 3000);

    /// <summary>The newest scan that the table had an answer for: a text or a second label after it says nothing of where the shipment stands.</summary>
    static Scan? NewestThatCounted(Timeline timeline)
    {
        var status = ShipmentStatus.Registered;
        Scan? newest = null;
        foreach (var scan in timeline.Scans.Where(scan => !timeline.IsRetracted(scan)))
        {
            if (LifeCycle.Next(status, scan.Event) is not { } next)
                continue;
            status = next.To;
            newest = scan;
        }
        return newest;
    }

    static int Progress(ShipmentStatus status) => status switch
    {
        ShipmentStatus.Registered => 0,
        ShipmentStatus.InTransit => 1,
        ShipmentStatus.OutForDelivery or ShipmentStatus.AttemptFailed or ShipmentStatus.ReadyForPickup => 2,
        ShipmentStatus.Returning => 3,
        _ => 4,
    };

    [Fact]
    public void Of_two_contents_under_one_id_the_same_one_stays_whichever_came_first()
    {
        var delivered = Scan("e1", ScanEvent.Delivered, 60);
        var contents = new[]
        {
            delivered,
            delivered with { Event = ScanEvent.AttemptFailed },
            delivered with { OccurredAt = At(59) },
            delivered with { OccurredAt = delivered.OccurredAt.ToUniversalTime() },
            delivered with { Description = "" },
            delivered with { Retracts = "" },
        };
        foreach (var a in contents)
        {
            foreach (var b in contents)
            {
                var timeline = TimelineOf(a, b);
                Assert.Single(timeline.Scans);
                Assert.Equal(Json(timeline.Scans), Json(TimelineOf(b, a).Scans));
            }
        }
    }

    [Fact]
    public void Scans_at_one_instant_stand_in_the_order_of_a_parcels_life()
    {
        var timeline = TimelineOf(Scan("1", ScanEvent.Delivered, 0), Scan("2", ScanEvent.OutForDelivery, 0), Scan("3", ScanEvent.ArrivedAtFacility, 0));

        Assert.Equal(["3", "2", "1"], timeline.Scans.Select(scan => scan.Id));
        Assert.Equal(ShipmentStatus.Delivered, timeline.Standing.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_retraction_takes_its_scan_back_whether_it_comes_before_or_after(bool before)
    {
        var delivered = Scan("wrong", ScanEvent.Delivered, 60);
        var retraction = Retraction("r", "wrong");
        var timeline = TimelineOf(Scan("out", ScanEvent.OutForDelivery, 0)).With(before ? retraction : delivered).With(before ? delivered : retraction);

        Assert.Equal(ShipmentStatus.OutForDelivery, timeline.Standing.Status);
        Assert.Equal("out", timeline.Standing.Newest!.Id);
        Assert.True(timeline.IsRetracted(delivered));
    }

    [Fact]
    public void Sixty_four_retractions_hold_and_one_more_lets_the_oldest_go()
    {
        var scans = Enumerable.Range(0, 65).Select(i => Scan($"e{i}", ScanEvent.ArrivedAtFacility, i)).ToArray();
        var full = TimelineOf(scans.Concat(scans.Skip(1).Select((scan, i) => Retraction($"r{i:00}", scan.Id, minutes: 100 + i))));
        Assert.False(full.Truncated);
        Assert.All(scans.Skip(1), scan => Assert.True(full.IsRetracted(scan)));

        var over = full.With(Retraction("newest", "e0", minutes: 1000));
        Assert.True(over.Truncated);
        Assert.True(over.IsRetracted(scans[0]));
        Assert.False(over.IsRetracted(scans[1]));
    }

    [Fact]
    public void When_it_is_full_what_bears_no_status_goes_first_and_the_view_says_so()
    {
        var hubs = Enumerable.Range(0, 250).Select(i => Scan($"h{i}", ScanEvent.ArrivedAtFacility, i)).ToArray();
        var texts = Enumerable.Range(0, 10).Select(i => Scan($"t{i}", ScanEvent.Information, 1000 + i)).ToArray();
        var parcel = Parcel.With(texts.Concat(hubs));

        Assert.Equal(250, parcel.Timeline.Scans.Count(scan => scan.Event == ScanEvent.ArrivedAtFacility));
        Assert.Equal(["t4", "t5", "t6", "t7", "t8", "t9"], parcel.Timeline.Scans.Where(scan => scan.Event == ScanEvent.Information).Select(scan => scan.Id));
        Assert.True(ShipmentViews.Of(parcel, At(0), Viewer.Recipient).EarlierScansNotShown);
    }

    [Fact]
    public void One_that_is_too_old_for_a_full_timeline_is_missed_by_name()
    {
        var full = TimelineOf(Enumerable.Range(0, Timeline.ScansMax).Select(i => Scan($"h{i}", ScanEvent.ArrivedAtFacility, i)));
        Assert.False(full.Truncated);

        var over = full.With(Scan("older", ScanEvent.PickedUp, -1));
        Assert.True(over.Truncated);
        Assert.Equal(full.Scans, over.Scans);
        Assert.Same(over, over.With(Scan("older", ScanEvent.PickedUp, -1)));
    }

    [Fact]
    public void Further_tries_are_news_and_further_hubs_are_not()
    {
        var standing = TimelineOf(
            Scan("hub1", ScanEvent.ArrivedAtFacility, 0), Scan("hub2", ScanEvent.ArrivedAtFacility, 10),
            Scan("out1", ScanEvent.OutForDelivery, 20), Scan("out2", ScanEvent.OutForDelivery, 20 + 1440)).Standing;

        Assert.Equal(["hub1", "out1", "out2"], standing.Changes.Select(change => change.Because.Id));
        Assert.Equal("out2", standing.Because!.Id);
    }

    [Fact]
    public void A_delay_is_the_carriers_until_the_parcel_moves_on()
    {
        var delayed = TimelineOf(Scan("hub", ScanEvent.ArrivedAtFacility, 0), Scan("delay", ScanEvent.Delayed, 10));
        Assert.Equal(Responsibility.Carrier, delayed.Standing.Responsibility);
        Assert.Equal(Responsibility.None, delayed.With(Scan("on", ScanEvent.DepartedFacility, 20)).Standing.Responsibility);
        Assert.Equal(Responsibility.Customs, delayed.With(Scan("on", ScanEvent.InCustoms, 20)).Standing.Responsibility);
    }

    [Fact]
    public void A_scan_without_an_id_finds_its_twin_and_no_other()
    {
        var hub = new ScanLocation { Facility = "Hub", City = "Wien" };
        string Id(ScanEvent happened = ScanEvent.Delivered, string? code = "D", double minutes = 0, ScanLocation? location = null, string? retracts = null)
            => ScanIdentity.Derive(happened, code, At(minutes), location ?? hub, retracts);

        Assert.Equal(Id(), ScanIdentity.Derive(ScanEvent.Delivered, "D", At(0).ToUniversalTime(), hub with { }, null));
        var others = new[] { Id(), Id(code: "E"), Id(minutes: 1), Id(location: hub with { City = null }), Id(location: new() { Facility = "HubWien" }), Id(retracts: "") };
        Assert.Equal(others.Length, others.Distinct().Count());
    }
}
