using System.Collections.Frozen;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>What one carrier's codes mean. Upper and lower case are the same.</summary>
public sealed class Vocabulary
{
    readonly FrozenDictionary<string, ScanEvent> _events;
    readonly Vocabulary? _otherwise;

    /// <param name="otherwise">Asked for codes that <paramref name="events"/> lacks.</param>
    public Vocabulary(IEnumerable<KeyValuePair<string, ScanEvent>> events, Vocabulary? otherwise = null)
    {
        _events = events.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _otherwise = otherwise;
    }

    /// <summary><see cref="ScanEvent.Unrecognised"/> for a code that nobody has mapped: such a scan is kept and shown, not refused.</summary>
    public ScanEvent EventOf(string code)
        => _events.TryGetValue(code, out var scanEvent) ? scanEvent : _otherwise?.EventOf(code) ?? ScanEvent.Unrecognised;
}
