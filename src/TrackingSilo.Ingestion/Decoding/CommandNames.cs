using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>How commands are spelled on the wire.</summary>
static class CommandNames
{
    public const string Kinds = "instruct, revokeLinks or eraseRecipient";
    public const string InstructionKinds = "safePlace, neighbour, pickupPoint, reschedule, otherAddress, contactless, waiveSignature or requireSignature";

    public static string Of(CommandKind kind) => kind switch
    {
        CommandKind.Instruct => "instruct",
        CommandKind.RevokeLinks => "revokeLinks",
        CommandKind.EraseRecipient => "eraseRecipient",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(InstructionKind kind) => kind switch
    {
        InstructionKind.SafePlace => "safePlace",
        InstructionKind.Neighbour => "neighbour",
        InstructionKind.PickupPoint => "pickupPoint",
        InstructionKind.Reschedule => "reschedule",
        InstructionKind.OtherAddress => "otherAddress",
        InstructionKind.Contactless => "contactless",
        InstructionKind.WaiveSignature => "waiveSignature",
        InstructionKind.RequireSignature => "requireSignature",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static bool TryParse(string name, out CommandKind kind)
    {
        CommandKind? found = name switch
        {
            "instruct" => CommandKind.Instruct,
            "revokeLinks" => CommandKind.RevokeLinks,
            "eraseRecipient" => CommandKind.EraseRecipient,
            _ => null,
        };
        kind = found ?? default;
        return found is not null;
    }

    public static bool TryParse(string name, out InstructionKind kind)
    {
        InstructionKind? found = name switch
        {
            "safePlace" => InstructionKind.SafePlace,
            "neighbour" => InstructionKind.Neighbour,
            "pickupPoint" => InstructionKind.PickupPoint,
            "reschedule" => InstructionKind.Reschedule,
            "otherAddress" => InstructionKind.OtherAddress,
            "contactless" => InstructionKind.Contactless,
            "waiveSignature" => InstructionKind.WaiveSignature,
            "requireSignature" => InstructionKind.RequireSignature,
            _ => null,
        };
        kind = found ?? default;
        return found is not null;
    }
}
