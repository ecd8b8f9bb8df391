using System.Globalization;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>Topic <c>commands</c>.</summary>
public sealed class CommandDecoder : MessageDecoder
{
    private protected override Report Read(ref JsonMessage message, long offset, DateTimeOffset recordTime)
    {
        string? carrier = null, trackingNumber = null, commandId = null, kindName = null;
        Instruction? instruction = null;
        while (message.NextProperty())
        {
            if (message.Is("carrier"u8))
                carrier = message.Text("carrier");
            else if (message.Is("trackingNumber"u8))
                trackingNumber = message.Text("trackingNumber");
            else if (message.Is("commandId"u8))
                commandId = message.Id("commandId");
            else if (message.Is("kind"u8))
                kindName = message.Text("kind");
            else if (message.Is("instruction"u8))
                instruction = ReadInstruction(ref message);
            else
                message.Skip();
        }

        var id = message.Shipment(carrier, trackingNumber);
        if (commandId is null)
            message.Missing("commandId");
        if (kindName is null)
            message.Missing("kind");
        var kind = default(CommandKind);
        if (kindName is not null && !CommandNames.TryParse(kindName, out kind))
            message.Bad("kind", CommandNames.Kinds);
        if (kind == CommandKind.Instruct && instruction is null)
            message.Missing("instruction");
        if (message.Failed)
            return default;
        var command = new Command { Id = commandId!, Kind = kind, Instruction = kind == CommandKind.Instruct ? instruction : null };
        return new Report { Kind = ReportKind.Command, Key = id.Value, Offset = offset, RecordTime = recordTime, Body = command };
    }

    static Instruction? ReadInstruction(ref JsonMessage message)
    {
        if (!message.EnterObject("instruction"))
            return null;
        string? kindName = null, note = null;
        DateOnly? day = null;
        while (message.NextProperty())
        {
            if (message.Is("kind"u8))
                kindName = message.Text("instruction.kind");
            else if (message.Is("note"u8))
                note = message.Text("instruction.note", Limits.NoteMaxCharacters);
            else if (message.Is("day"u8))
                day = ReadDay(ref message);
            else
                message.Skip();
        }
        if (kindName is null)
        {
            message.Missing("instruction.kind");
            return null;
        }
        if (!CommandNames.TryParse(kindName, out InstructionKind kind))
            message.Bad("instruction.kind", CommandNames.InstructionKinds);
        if (kind == InstructionKind.Reschedule && day is null)
            message.Missing("instruction.day");
        if (kind == InstructionKind.OtherAddress && string.IsNullOrWhiteSpace(note))
            message.Missing("instruction.note");
        return new Instruction(kind, note, kind == InstructionKind.Reschedule ? day : null);
    }

    static DateOnly? ReadDay(ref JsonMessage message)
    {
        if (message.Text("instruction.day") is not { } text)
            return null;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            message.Bad("instruction.day", "a day as 2026-03-01");
        return day;
    }
}
