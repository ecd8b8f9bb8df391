namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// Why something is late or went wrong: a closed list, so that every language has a sentence for each. It covers the incident reasons of Karrio. Stored and sent by name.
/// </summary>
public enum Reason : byte
{
    /// <summary>Nothing is wrong, or the carrier did not say why.</summary>
    None,

    // The carrier's.
    CarrierDelay,
    Damaged,
    Missorted,
    AddressNotFound,
    ParcelLost,
    NotEnoughTime,
    VehicleBreakdown,
    EquipmentFailure,
    CapacityExceeded,

    // The merchant's.
    CancelledByMerchant,
    IncorrectData,
    NotReadyForCollection,
    WrongParcel,
    WrongDimensions,
    PoorPackaging,

    // The recipient's.
    Refused,
    BusinessClosed,
    RecipientNotAvailable,
    NotHome,
    CancelledByRecipient,
    VerificationFailed,
    IncorrectAddress,
    AccessRestricted,
    SafePlaceUnavailable,
    NotCollected,
    PaymentDue,
    ChangeRequested,

    // The customs'.
    CustomsDelay,
    CustomsDocuments,
    CustomsDutiesUnpaid,
    CustomsProhibited,
    CustomsInspection,

    // Nobody's.
    Weather,
    NaturalDisaster,
    ForceMajeure,
    PublicHoliday,

    // Whose it is, only the carrier can find out.
    Held,
    Undeliverable,
    BeingResearched,
    SecurityIssue,
    RegulatoryHold,
    NoScan,
}

/// <summary>What is known of a <see cref="Reason"/> without looking at the shipment.</summary>
public static class Reasons
{
    /// <summary>Whose it is.</summary>
    public static Responsibility Owner(Reason reason) => reason switch
    {
        Reason.None => Responsibility.None,
        <= Reason.CapacityExceeded => Responsibility.Carrier,
        <= Reason.PoorPackaging => Responsibility.Merchant,
        <= Reason.ChangeRequested => Responsibility.Recipient,
        <= Reason.CustomsInspection => Responsibility.Customs,
        <= Reason.PublicHoliday => Responsibility.WeatherAndForceMajeure,
        _ => Responsibility.Other,
    };

    /// <summary>Whether nothing goes on until the recipient does something.</summary>
    public static bool RecipientMustAct(Reason reason) => reason is Reason.VerificationFailed or Reason.IncorrectAddress or Reason.AddressNotFound
        or Reason.AccessRestricted or Reason.NotCollected or Reason.PaymentDue or Reason.CustomsDocuments or Reason.CustomsDutiesUnpaid;

    /// <summary>What a scan says by itself about the reason, where its carrier gave none.</summary>
    public static Reason Of(ScanEvent happened) => happened switch
    {
        ScanEvent.Delayed => Reason.CarrierDelay,
        ScanEvent.Damaged => Reason.Damaged,
        ScanEvent.Lost => Reason.ParcelLost,
        ScanEvent.AttemptFailed => Reason.RecipientNotAvailable,
        ScanEvent.Held => Reason.Held,
        ScanEvent.ReturnStarted => Reason.Undeliverable,
        ScanEvent.Cancelled => Reason.CancelledByMerchant,
        _ => Reason.None,
    };
}
