using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Tests.Shipments;

public sealed class ReasonTests
{
    [Fact]
    public void Every_reason_has_an_owner()
    {
        Assert.All(Enum.GetValues<Reason>().Where(reason => reason != Reason.None), reason => Assert.NotEqual(Responsibility.None, Reasons.Owner(reason)));
        Assert.Equal(Responsibility.Carrier, Reasons.Owner(Reason.CapacityExceeded));
        Assert.Equal(Responsibility.Merchant, Reasons.Owner(Reason.PoorPackaging));
        Assert.Equal(Responsibility.Recipient, Reasons.Owner(Reason.ChangeRequested));
        Assert.Equal(Responsibility.Customs, Reasons.Owner(Reason.CustomsInspection));
        Assert.Equal(Responsibility.WeatherAndForceMajeure, Reasons.Owner(Reason.PublicHoliday));
        Assert.Equal(Responsibility.Other, Reasons.Owner(Reason.Held));
    }

    [Fact]
    public void What_the_carrier_says_outweighs_what_the_event_suggests_until_the_parcel_moves_on()
    {
        var at = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
        var failed = Timeline.Empty.With(new Scan { Id = "1", Event = ScanEvent.AttemptFailed, OccurredAt = at, Reason = Reason.AddressNotFound });
        var delayed = failed.With(new Scan { Id = "2", Event = ScanEvent.Delayed, OccurredAt = at.AddHours(1), Reason = Reason.Weather });
        var moved = delayed.With(new Scan { Id = "3", Event = ScanEvent.OutForDelivery, OccurredAt = at.AddHours(2) });

        Assert.Equal((Reason.AddressNotFound, Responsibility.Carrier), (failed.Standing.Reason, failed.Standing.Responsibility));
        Assert.True(Reasons.RecipientMustAct(failed.Standing.Reason));
        Assert.Equal((Reason.Weather, Responsibility.WeatherAndForceMajeure, ShipmentStatus.AttemptFailed), (delayed.Standing.Reason, delayed.Standing.Responsibility, delayed.Standing.Status));
        Assert.Equal((Reason.None, Responsibility.None), (moved.Standing.Reason, moved.Standing.Responsibility));
        Assert.Equal(Reason.RecipientNotAvailable, Timeline.Empty.With(new Scan { Id = "1", Event = ScanEvent.AttemptFailed, OccurredAt = at }).Standing.Reason);
    }
}
