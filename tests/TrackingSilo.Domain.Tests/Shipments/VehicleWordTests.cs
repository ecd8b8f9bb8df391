using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public class VehicleWordTests
{
    static readonly VehicleId OtherVan = VehicleId.Parse("post/VAN-2");

    [Fact]
    public void A_word_older_than_the_last_is_ignored()
    {
        var parcel = OutForDelivery().With(Word(stopsAway: 3, minutes: 20));

        Assert.Same(parcel, parcel.With(Word(stopsAway: 9, minutes: 10)));
        Assert.Equal(2, parcel.With(Word(stopsAway: 2, minutes: 30)).Followed!.StopsAway);
        // A new log counts from its beginning again.
        Assert.Equal(1, parcel.With(Word(stopsAway: 1, minutes: 0) with { Stamp = new LogStamp(2, 0) }).Followed!.StopsAway);
    }

    [Fact]
    public void At_one_place_of_the_log_the_word_said_later_counts()
    {
        var seen = Word(stopsAway: 3, minutes: 20);
        var silent = seen with { Silent = true, At = seen.At.AddMinutes(5) };

        Assert.True(OutForDelivery().With(seen).With(silent).Followed!.Silent);
        Assert.True(OutForDelivery().With(silent).With(seen).Followed!.Silent);
    }

    [Fact]
    public void A_word_of_another_carriers_vehicle_is_ignored()
    {
        var parcel = OutForDelivery();

        Assert.Same(parcel, parcel.With(Word(1, 10, VehicleId.Parse("rival/VAN-1"))));
    }

    [Fact]
    public void Words_scans_and_registrations_in_any_order_end_in_the_same_view()
        => Any.TwoOrders(Any.Message.ArrayOf().Resize(40)).Holds(orders =>
        {
            var (once, again) = (Heard(orders.Once), Heard(orders.Again));
            Assert.Equal(Json(once.Followed), Json(again.Followed));
            Assert.Equal(Json(ShipmentViews.Of(once, At(100), Viewer.Recipient)), Json(ShipmentViews.Of(again, At(100), Viewer.Recipient)));
            Assert.Equal(Json(ShipmentViews.Of(once, At(100), Viewer.Operator)), Json(ShipmentViews.Of(again, At(100), Viewer.Operator)));
        }, tests: 1000);

    static Shipment Heard(object[] messages) => messages.Aggregate(Parcel, (parcel, message) => message switch
    {
        Scan scan => parcel.With(scan),
        ShipmentChange change => parcel.With(change),
        _ => parcel.With((VehicleProgress)message),
    });

    [Fact]
    public void The_vehicle_of_the_newest_loading_scan_is_followed_before_a_newer_manifest()
    {
        var parcel = Parcel.With(Scan("load", ScanEvent.LoadedOnVehicle, 0, OtherVan), Scan("out", ScanEvent.OutForDelivery, 10, Van))
            .With(Word(4, 20) with { ManifestRecordTime = At(0) })
            .With(Word(7, 20, OtherVan) with { ManifestRecordTime = At(15) });

        Assert.Equal(Van, parcel.Followed!.Vehicle);
        Assert.Equal(Van, parcel.FollowedVehicle);
    }

    [Fact]
    public void Without_a_loading_scan_the_newest_manifest_is_followed()
    {
        var parcel = OutForDelivery()
            .With(Word(4, 20) with { ManifestRecordTime = At(0) })
            .With(Word(7, 20, OtherVan) with { ManifestRecordTime = At(15) });
        Assert.Equal(OtherVan, parcel.FollowedVehicle);

        // It drops the shipment: the one before has it still.
        Assert.Equal(Van, parcel.With(Word(0, 30, OtherVan) with { ManifestRecordTime = At(25), Assigned = false }).FollowedVehicle);
    }

    [Fact]
    public void A_scanned_vehicle_that_has_not_spoken_is_told_of_the_watch_and_nobody_else_is_followed()
    {
        var parcel = Parcel.With(Scan("out", ScanEvent.OutForDelivery, 0, Van)).With(Word(7, 20, OtherVan));

        Assert.Null(parcel.Followed);
        Assert.Equal(Van, parcel.FollowedVehicle);
    }

    [Fact]
    public void A_scanned_vehicle_that_drops_the_shipment_gives_it_to_the_manifest_that_has_it()
    {
        var parcel = Parcel.With(Scan("out", ScanEvent.OutForDelivery, 0, Van))
            .With(Word(7, 20, OtherVan))
            .With(Word(0, 30) with { Assigned = false });
        Assert.Equal(OtherVan, parcel.FollowedVehicle);

        // Loaded again since: what it dropped was the tour before.
        Assert.Equal((null, Van), (parcel.With(Scan("again", ScanEvent.LoadedOnVehicle, 40, Van)) is var loaded ? loaded.Followed : null, loaded.FollowedVehicle!.Value));
    }

    [Fact]
    public void A_new_leg_forgets_the_vehicle_of_the_one_before()
        => Assert.Null(Parcel.With(Scan("out", ScanEvent.OutForDelivery, 0, Van), Scan("back", ScanEvent.ReturnStarted, 60)).FollowedVehicle);

    [Fact]
    public void Four_vehicles_are_kept_and_the_scanned_one_always()
    {
        var parcel = Parcel.With(Scan("out", ScanEvent.OutForDelivery, 0, Van)).With(Word(5, 1) with { ManifestRecordTime = At(-600) });
        for (var i = 2; i <= 9; i++)
            parcel = parcel.With(Word(5, i, VehicleId.Parse($"post/VAN-{i}")) with { ManifestRecordTime = At(i) });

        Assert.Equal(["post/VAN-1", "post/VAN-7", "post/VAN-8", "post/VAN-9"], parcel.Vehicles.Select(word => word.Vehicle.Value).Order());
        Assert.Equal(Van, parcel.Followed!.Vehicle);
        Assert.Same(parcel, parcel.With(Word(5, 20, VehicleId.Parse("post/VAN-0")) with { ManifestRecordTime = At(-1) }));
    }
}
