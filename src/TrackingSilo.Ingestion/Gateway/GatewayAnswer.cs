using System.Text.Json.Serialization;

namespace TrackingSilo.Ingestion.Gateway;

/// <summary>What became of the lines of one request.</summary>
/// <param name="Accepted">How many are in the log.</param>
/// <param name="Refused">How many will never be taken as they are.</param>
/// <param name="Unknown">How many may be in the log or not: send them again, a double does no harm.</param>
/// <param name="Lines">Each line, in the order of the body; blank ones are left out.</param>
public sealed record GatewayAnswer(int Accepted, int Refused, int Unknown, IReadOnlyList<GatewayLine> Lines);

/// <summary>What became of one line.</summary>
/// <param name="Line">Its number in the body, from 1.</param>
/// <param name="Result">accepted, refused or unknown.</param>
/// <param name="Reason">With refused: a code, such as bad-instant.</param>
/// <param name="Detail">With refused or unknown: what is wrong, in words; it names the property.</param>
public sealed record GatewayLine(
    int Line, string Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail);
