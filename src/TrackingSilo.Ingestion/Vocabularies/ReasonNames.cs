using System.Collections.Frozen;
using System.Text.Json;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>Reasons as they are spelled on the wire and in carriers' files: in camelCase.</summary>
public static class ReasonNames
{
    static readonly FrozenDictionary<string, Reason> ByName = Enum.GetValues<Reason>().Where(reason => reason != Reason.None).ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string Of(Reason reason) => JsonNamingPolicy.CamelCase.ConvertName(reason.ToString());

    public static bool TryParse(string name, out Reason reason) => ByName.TryGetValue(name, out reason);
}
