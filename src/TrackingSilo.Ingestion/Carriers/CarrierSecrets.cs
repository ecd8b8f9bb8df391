using System.Collections.Frozen;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>What carriers sign with, from the settings <c>Carriers:Secrets:CARRIER</c>; never shown.</summary>
public sealed class CarrierSecrets(IEnumerable<KeyValuePair<string, string>> secrets)
{
    readonly FrozenDictionary<string, string> _secrets = secrets.ToFrozenDictionary(StringComparer.Ordinal);

    public string? Of(string carrier) => _secrets.GetValueOrDefault(carrier);
}
