using System.Collections.Frozen;
using System.Text.Json;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>Canonical events as they are spelled on the wire: in camelCase.</summary>
public static class ScanEventNames
{
    static readonly FrozenDictionary<string, ScanEvent> ByName =
        Enum.GetValues<ScanEvent>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string Of(ScanEvent scanEvent) => JsonNamingPolicy.CamelCase.ConvertName(scanEvent.ToString());

    public static bool TryParse(string name, out ScanEvent scanEvent) => ByName.TryGetValue(name, out scanEvent);

    public static IEnumerable<string> All => ByName.Keys;
}
