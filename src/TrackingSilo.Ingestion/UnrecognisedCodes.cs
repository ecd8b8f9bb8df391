using System.Collections.Concurrent;
using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion;

/// <summary>Counts codes that no vocabulary maps, by carrier and code, so that somebody maps them. Any thread may count.</summary>
public sealed class UnrecognisedCodes
{
    const string Others = "others";

    readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>By <c>carrier/CODE</c>; <c>carrier/</c> for what came without a code.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts.ToDictionary();

    public void Add(string carrier, string? code)
    {
        var key = $"{carrier}/{code}";
        // Codes are whatever somebody sends: what does not fit any more is counted together.
        if (_counts.Count >= Limits.UnrecognisedCodesMax && !_counts.ContainsKey(key))
            key = Others;
        _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
    }
}
