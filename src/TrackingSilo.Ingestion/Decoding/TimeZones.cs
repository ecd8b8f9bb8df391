using System.Collections.Concurrent;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>Which time zones this machine knows, by their IANA names.</summary>
static class TimeZones
{
    const int NameMaxCharacters = 64;

    // Only names that exist are kept: some 600, whatever is asked for.
    static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    public static bool IsKnown(string name)
    {
        if (Known.ContainsKey(name))
            return true;
        // The name becomes a path on most systems: no dots, nothing that leaves the folder.
        if (name.Length > NameMaxCharacters || !char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-'))
            return false;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out _))
            return false;
        Known.TryAdd(name, true);
        return true;
    }
}
