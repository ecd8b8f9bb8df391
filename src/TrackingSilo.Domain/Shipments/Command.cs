namespace TrackingSilo.Domain.Shipments;

/// <summary>What a recipient, merchant or operator asks of a shipment. <see cref="Id"/> comes from the client and makes a repeat harmless.</summary>
public sealed record Command
{
    public required string Id { get; init; }
    public required CommandKind Kind { get; init; }

    /// <summary>For <see cref="CommandKind.Instruct"/>.</summary>
    public Instruction? Instruction { get; init; }
}

public enum CommandKind : byte
{
    /// <summary>The recipient says where the parcel should be left.</summary>
    Instruct,

    /// <summary>Ends every tracking link issued so far, and the pages open on them.</summary>
    RevokeLinks,

    /// <summary>Removes the recipient's name and contacts, for good.</summary>
    EraseRecipient,
}

/// <summary>What the recipient wants done.</summary>
/// <param name="Note">In the recipient's own words; at most 200 characters. For <see cref="InstructionKind.OtherAddress"/> it is the address.</param>
/// <param name="Day">For <see cref="InstructionKind.Reschedule"/>: the delivery day at the destination.</param>
public sealed record Instruction(InstructionKind Kind, string? Note, DateOnly? Day = null);

public enum InstructionKind : byte
{
    SafePlace,
    Neighbour,
    PickupPoint,

    /// <summary>On another day.</summary>
    Reschedule,
    OtherAddress,

    /// <summary>Put down at the door, the driver steps back.</summary>
    Contactless,

    /// <summary>A signature that the merchant asked for may be left out.</summary>
    WaiveSignature,

    /// <summary>Only against a signature.</summary>
    RequireSignature,
}
