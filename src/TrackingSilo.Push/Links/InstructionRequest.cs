using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;

namespace TrackingSilo.Push.Links;

/// <summary>What a page sends: <c>{commandId, kind, note?, day?}</c>.</summary>
static class InstructionRequest
{
    const int CommandIdMaxCharacters = 64;

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Null when the body is none.</summary>
    public static async ValueTask<Command?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType() || request.ContentLength is null or > Limits.InstructionMaxBytes)
            return null;
        try
        {
            var body = await JsonSerializer.DeserializeAsync<InstructionBody>(request.Body, s_json, cancellationToken);
            return body is null ? null : CommandOf(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when it is none: a new day needs a day, another address needs one.</summary>
    public static Command? CommandOf(InstructionBody body)
    {
        if (body is not { CommandId: { } id, Kind: { } kind } || !IsGood(id) || body.Note is { Length: > Limits.InstructionNoteMaxCharacters })
            return null;
        var note = Clean(body.Note);
        if ((kind == InstructionKind.Reschedule && body.Day is null) || (kind == InstructionKind.OtherAddress && note is null))
            return null;
        return new Command { Id = id, Kind = CommandKind.Instruct, Instruction = new Instruction(kind, note, kind == InstructionKind.Reschedule ? body.Day : null) };
    }

    static bool IsGood(string id)
        => id.Length is > 0 and <= CommandIdMaxCharacters && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    // A driver's device shows one line.
    static string? Clean(string? note)
    {
        var text = new string([.. (note ?? "").Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return text.Length == 0 ? null : text;
    }
}

/// <summary>An instruction as a page sends it, over HTTP or the hub.</summary>
public sealed record InstructionBody(string? CommandId, InstructionKind? Kind, string? Note, DateOnly? Day);
