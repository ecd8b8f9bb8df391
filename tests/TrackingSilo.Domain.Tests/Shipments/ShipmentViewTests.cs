using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public class ShipmentViewTests
{
    static ShipmentView Seen(Shipment shipment, Viewer viewer = Viewer.Recipient, double minutes = 100) => ShipmentViews.Of(shipment, At(minutes), viewer);

    [Fact]
    public void A_recipient_never_sees_the_name_of_a_hub()
        => Any.Scan.ArrayOf().Resize(40).Holds(scans => Assert.DoesNotContain("Hub", Json(Seen(Parcel.With(scans))), StringComparison.Ordinal));

    [Fact]
    public void An_operator_sees_hubs_milestones_and_the_vehicle_wherever_it_is()
    {
        var hub = Scan("hub", ScanEvent.ArrivedAtFacility, 0) with { Location = new ScanLocation { Facility = "Hub West", City = "Wien" } };
        var parcel = MilestoneRules.Decide(Parcel.With(hub, Scan("out", ScanEvent.OutForDelivery, 60)).With(Word(stopsAway: 40, minutes: 90)), At(90));

        var seen = Seen(parcel, Viewer.Operator);
        Assert.Equal("Hub West", seen.Timeline[0].Place);
        Assert.NotNull(seen.VehiclePlace);
        Assert.NotEmpty(seen.Milestones);
        var shown = Seen(parcel);
        Assert.Equal("Wien", shown.Timeline[0].Place);
        Assert.Null(shown.VehiclePlace);
        Assert.Empty(shown.Milestones);
        Assert.Equal(40, shown.StopsAway);
    }

    [Theory]
    [InlineData(ScanEvent.OutForDelivery, 10, true)]
    [InlineData(ScanEvent.OutForDelivery, 0, true)]
    [InlineData(ScanEvent.OutForDelivery, 11, false)]
    [InlineData(ScanEvent.LoadedOnVehicle, 3, false)]
    [InlineData(ScanEvent.AttemptFailed, 3, false)]
    [InlineData(ScanEvent.Delivered, 0, false)]
    public void A_recipient_sees_the_vehicle_only_when_it_is_out_and_near(ScanEvent happened, int stopsAway, bool shown)
        => Assert.Equal(shown, Seen(Parcel.With(Scan("e", happened, 0)).With(Word(stopsAway, 10))).VehiclePlace is not null);

    [Fact]
    public void A_vehicle_that_has_arrived_left_or_dropped_the_shipment_is_not_shown()
    {
        var near = Word(stopsAway: 0, minutes: 10);

        Assert.Null(Seen(OutForDelivery().With(near with { ArrivedAt = At(9) })).VehiclePlace);
        Assert.Null(Seen(OutForDelivery().With(near with { ArrivedAt = At(9), DoneAt = At(10) }), Viewer.Operator).VehiclePlace);
        Assert.Null(Seen(OutForDelivery().With(near with { Assigned = false }), Viewer.Operator).VehiclePlace);
    }

    [Fact]
    public void A_window_never_ends_before_now_and_never_runs_backwards()
        => Gen.Choose(0, 300).Holds(minutes =>
        {
            var window = Seen(OutForDelivery().With(Word(3, 10) with { Arrival = Window(30, 60, 120) }), minutes: minutes).Arrival!.Value;
            Assert.True(window.High >= At(minutes));
            Assert.True(window.Low <= window.Median && window.Median <= window.High);
        });

    [Theory]
    [InlineData(ScanEvent.LoadedOnVehicle, true)]
    [InlineData(ScanEvent.OutForDelivery, true)]
    [InlineData(ScanEvent.AttemptFailed, false)]
    [InlineData(ScanEvent.Delivered, false)]
    public void A_window_is_shown_only_while_a_vehicle_brings_it(ScanEvent happened, bool shown)
        => Assert.Equal(shown, Seen(Parcel.With(Scan("e", happened, 0)).With(Word(30, 10) with { Arrival = Window(30, 60, 120) })).Arrival is not null);

    [Fact]
    public void What_was_taken_back_is_not_shown()
        => Assert.Equal(["out"], Seen(OutForDelivery().With(Scan("wrong", ScanEvent.Delivered, 10), Retraction("r", "wrong"))).Timeline.Select(scan => scan.Id));

    [Fact]
    public void The_proof_of_a_delivery_is_shown_and_that_of_a_return_is_not()
    {
        var handedOver = Scan("done", ScanEvent.Delivered, 60) with { Proof = new ProofOfDelivery { Name = "Signer" } };

        Assert.Equal("Signer", Seen(OutForDelivery().With(handedOver)).Proof!.Name);
        var returned = Seen(Parcel.With(Scan("back", ScanEvent.ReturnStarted, 0), handedOver));
        Assert.Equal(ShipmentStatus.Returned, returned.Status);
        Assert.Null(returned.Proof);
    }

    [Fact]
    public void No_view_carries_a_contact()
        => Assert.All(Enum.GetValues<Viewer>(), viewer => Assert.DoesNotContain("0660", Json(Seen(OutForDelivery().For(new Contact("sms", "0660")), viewer)), StringComparison.Ordinal));

    [Fact]
    public void A_code_without_a_meaning_is_shown_in_the_carriers_words()
    {
        var odd = Scan("odd", ScanEvent.Unrecognised, 0) with { Code = "X9" };

        Assert.Equal("X9", Seen(Parcel.With(odd)).Timeline[0].Text);
        Assert.Equal("sorted", Seen(Parcel.With(odd with { Description = "sorted" })).Timeline[0].Text);
    }

    [Fact]
    public void A_shipment_that_nobody_has_scanned_can_be_looked_at()
    {
        var seen = Seen(Parcel);
        Assert.Equal((ShipmentStatus.Registered, Punctuality.Unknown, null), (seen.Status, seen.Punctuality, seen.StatusSince));
    }
}
