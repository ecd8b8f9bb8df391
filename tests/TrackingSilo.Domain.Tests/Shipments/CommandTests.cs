using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Shipments;

public class CommandTests
{
    [Fact]
    public void An_instruction_goes_to_the_carrier_once_however_often_it_is_sent()
    {
        var command = Instruct("c1", InstructionKind.SafePlace, "behind the shed");
        var parcel = OutForDelivery().With(command, At(1));
        Assert.Same(parcel, parcel.With(command, At(2)));

        var entry = Assert.Single(parcel.Outbox);
        Assert.Equal((OutboxKind.Instruction, command.Instruction), (entry.Kind, entry.Instruction));
        Assert.Null(parcel.NewestInstruction!.RefusedBecause);

        var sent = parcel.WithSent([entry.Key]);
        Assert.Empty(sent.Outbox);
        Assert.Same(sent, sent.With(command, At(3)));
        Assert.Same(sent, sent.WithSent([entry.Key]));
    }

    [Fact]
    public void A_refused_instruction_says_why_and_goes_nowhere()
    {
        var parcel = Parcel.With(Scan("done", ScanEvent.Delivered, 0)).With(Instruct("c1", InstructionKind.SafePlace), At(1));

        Assert.Empty(parcel.Outbox);
        Assert.Equal("over", parcel.NewestInstruction!.RefusedBecause);
        Assert.Same(parcel, parcel.With(Instruct("c1", InstructionKind.SafePlace), At(2)));
    }

    [Theory]
    [InlineData(ScanEvent.ArrivedAtFacility, InstructionKind.PickupPoint, null)]
    [InlineData(ScanEvent.OutForDelivery, InstructionKind.PickupPoint, "alreadyOnTheWay")]
    [InlineData(ScanEvent.OutForDelivery, InstructionKind.Neighbour, null)]
    [InlineData(ScanEvent.ReturnStarted, InstructionKind.Neighbour, "over")]
    [InlineData(ScanEvent.Lost, InstructionKind.SafePlace, "over")]
    public void What_may_be_asked_depends_on_where_the_shipment_stands(ScanEvent happened, InstructionKind kind, string? refused)
    {
        var parcel = Parcel.With(Scan("e", happened, 0));

        Assert.Equal(refused, InstructionRules.WhyNot(parcel, kind));
        Assert.Equal(refused is null, InstructionRules.Possible(parcel).Contains(kind));
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(1, "tooNear")]
    [InlineData(0, "tooNear")]
    public void A_driver_at_the_last_stops_reads_nothing_new(int stopsAway, string? refused)
        => Assert.Equal(refused, InstructionRules.WhyNot(OutForDelivery().With(Word(stopsAway, 10)), InstructionKind.Neighbour));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_needs_a_hand_is_not_left_at_a_safe_place(bool signature, bool ageCheck)
    {
        var parcel = Parcel.With(new ShipmentChange { ChangedAt = At(0), Requires = new HandOverRequirements(signature, ageCheck) });

        Assert.Equal("signatureRequired", InstructionRules.WhyNot(parcel, InstructionKind.SafePlace));
        Assert.Null(InstructionRules.WhyNot(parcel, InstructionKind.Neighbour));
    }

    [Theory]
    [InlineData(InstructionKind.Contactless, "signatureRequired")]
    [InlineData(InstructionKind.WaiveSignature, null)]
    [InlineData(InstructionKind.RequireSignature, "alreadyRequired")]
    [InlineData(InstructionKind.Reschedule, null)]
    public void What_may_be_asked_depends_on_what_the_hand_over_needs(InstructionKind kind, string? refused)
        => Assert.Equal(refused, InstructionRules.WhyNot(Parcel.With(new ShipmentChange { ChangedAt = At(0), Requires = new HandOverRequirements(true, false) }), kind));

    [Fact]
    public void A_signature_that_is_waived_opens_the_safe_place_until_it_is_asked_for_again()
    {
        var parcel = Parcel.With(new ShipmentChange { ChangedAt = At(0), Requires = new HandOverRequirements(true, false) }).With(Instruct("w", InstructionKind.WaiveSignature), At(1));
        Assert.Null(InstructionRules.WhyNot(parcel, InstructionKind.SafePlace));
        Assert.Equal("nothingToWaive", InstructionRules.WhyNot(parcel, InstructionKind.WaiveSignature));

        var again = parcel.With(Instruct("r", InstructionKind.RequireSignature), At(2));
        Assert.Equal("signatureRequired", InstructionRules.WhyNot(again, InstructionKind.SafePlace));
    }

    [Fact]
    public void A_merchant_says_what_it_offers()
    {
        var parcel = Parcel.With(new ShipmentChange { ChangedAt = At(0), Options = new DeliveryOptions([InstructionKind.Neighbour]) });

        Assert.Equal(InstructionKind.Neighbour, Assert.Single(InstructionRules.Possible(parcel)));
        Assert.Equal("notOffered", InstructionRules.WhyNot(parcel, InstructionKind.PickupPoint));
        Assert.Empty(InstructionRules.Possible(parcel.With(new ShipmentChange { ChangedAt = At(1), Options = new DeliveryOptions([]) })));
    }

    [Fact]
    public void A_later_scan_confirms_an_instruction_or_declines_it()
    {
        var parcel = OutForDelivery().With(Instruct("c1", InstructionKind.Neighbour), At(1));
        Assert.Equal(InstructionState.Accepted, State(parcel));
        Assert.Equal(InstructionState.Confirmed, State(parcel.With(Scan("s", ScanEvent.Information, 2) with { Confirms = "c1" })));
        Assert.Equal(InstructionState.Accepted, State(parcel.With(Scan("s", ScanEvent.Information, 2) with { Confirms = "another" })));

        var declined = parcel.With(Scan("s", ScanEvent.Information, 2) with { Confirms = "c1" }, Scan("t", ScanEvent.AttemptFailed, 3) with { Declines = "c1" });
        Assert.Equal(InstructionState.Declined, State(declined));
        Assert.Equal(InstructionState.Confirmed, State(declined.With(Retraction("r", "t"))));

        InstructionState State(Shipment shipment) => ShipmentViews.Of(shipment, At(5), Viewer.Recipient).Instruction!.State;
    }

    [Fact]
    public void The_depot_confirms_a_pickup_point_by_bringing_the_parcel_there()
    {
        var parcel = Parcel.With(Scan("hub", ScanEvent.ArrivedAtFacility, 0)).With(Instruct("c1", InstructionKind.PickupPoint), At(1));

        Assert.Equal(InstructionState.Confirmed, InstructionRules.StateOf(parcel.With(Scan("p", ScanEvent.ReadyForPickup, 60)), parcel.NewestInstruction!));
    }

    [Theory]
    [InlineData(InstructionKind.Reschedule, null)]
    [InlineData(InstructionKind.Neighbour, "atPickupPoint")]
    public void What_waits_at_a_pickup_point_may_only_be_sent_out_again(InstructionKind kind, string? refused)
        => Assert.Equal(refused, InstructionRules.WhyNot(Parcel.With(Scan("p", ScanEvent.ReadyForPickup, 0)), kind));

    [Fact]
    public void Revoking_links_raises_the_epoch_once_a_command_and_is_no_instruction()
    {
        var revoke = new Command { Id = "r", Kind = CommandKind.RevokeLinks, Instruction = new Instruction(InstructionKind.SafePlace, "smuggled") };
        var parcel = Parcel.With(revoke, At(0)).With(revoke, At(1)).With(revoke with { Id = "r2" }, At(2));

        Assert.Equal(2, parcel.LinkEpoch);
        Assert.Null(parcel.NewestInstruction);
        Assert.Empty(parcel.Outbox);
    }

    [Fact]
    public void Erasing_the_recipient_takes_contacts_outbox_notes_and_links()
    {
        var parcel = OutForDelivery().For(new Contact("sms", "0660")).With(Instruct("c1", InstructionKind.Neighbour, "Mrs Lovelace, door 7"), At(1));
        parcel = MilestoneRules.Decide(parcel, At(2));
        Assert.Equal(2, parcel.Outbox.Length);

        var erased = parcel.With(new Command { Id = "erase", Kind = CommandKind.EraseRecipient }, At(10));
        Assert.Null(erased.Registration.Recipient);
        Assert.Empty(erased.Outbox);
        Assert.Equal(1, erased.LinkEpoch);
        var everything = Json(erased);
        Assert.All(["Ada", "0660", "Lovelace"], secret => Assert.DoesNotContain(secret, everything, StringComparison.Ordinal));
        Assert.Equal(new Instruction(InstructionKind.Neighbour, null), erased.NewestInstruction!.Instruction);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void What_was_registered_before_the_erasure_stays_away_even_with_a_fast_clock(double changedAt)
    {
        var registration = new ShipmentChange { ChangedAt = At(changedAt), Merchant = "shop", Recipient = new Recipient { Name = "Ada" } };
        var erased = Parcel.With(registration).With(new Command { Id = "erase", Kind = CommandKind.EraseRecipient }, At(10)).With(registration);

        Assert.Null(erased.Registration.Recipient);
        Assert.Equal("shop", erased.Registration.Merchant!.Value);
        Assert.Equal("Eve", erased.With(registration with { ChangedAt = At(61), Recipient = new Recipient { Name = "Eve" } }).Registration.Recipient!.Value.Name);
    }

    [Fact]
    public void A_flood_of_commands_stays_within_its_bounds()
    {
        var parcel = Enumerable.Range(0, 500).Aggregate(Parcel, (facts, i) => facts.With(Instruct($"c{i}", InstructionKind.Neighbour), At(i)));

        Assert.Equal((Shipment.CommandsMax, MilestoneRules.OutboxMax), (parcel.Commands.Length, parcel.Outbox.Length));
        Assert.Equal("instruction/c499", parcel.Outbox[^1].Key);
        // So long ago that its answer is forgotten, and still one message.
        Assert.Single(parcel.With(Instruct("c460", InstructionKind.Neighbour), At(501)).Outbox, entry => entry.Key == "instruction/c460");
    }
}
