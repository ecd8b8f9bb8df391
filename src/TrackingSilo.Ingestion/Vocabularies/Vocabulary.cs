using System.Collections.Frozen;
using System.Text.RegularExpressions;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>What a carrier's code says in canonical words.</summary>
public readonly record struct Meaning(ScanEvent Event, Reason Reason = Reason.None);

/// <summary>What one carrier's codes mean. Upper and lower case are the same.</summary>
public sealed class Vocabulary
{
    readonly FrozenDictionary<string, Meaning> _codes;
    readonly (Regex Pattern, Meaning Meaning)[] _texts;
    readonly Vocabulary? _otherwise;

    /// <param name="texts">For carriers whose events have no code: the first pattern that fits what they say.</param>
    /// <param name="otherwise">Asked for codes that <paramref name="codes"/> lacks.</param>
    public Vocabulary(IEnumerable<KeyValuePair<string, Meaning>> codes, IEnumerable<(Regex Pattern, Meaning Meaning)>? texts = null, Vocabulary? otherwise = null)
    {
        _codes = codes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _texts = [.. texts ?? []];
        _otherwise = otherwise;
    }

    /// <summary>It knows no code and no text.</summary>
    public bool IsEmpty => _codes.Count == 0 && _texts.Length == 0;

    /// <summary><see cref="ScanEvent.Unrecognised"/> for a code that nobody has mapped: such a scan is kept and shown, not refused.</summary>
    public Meaning Of(string code) => Find(code) ?? new Meaning(ScanEvent.Unrecognised);

    public Meaning? Find(string code) => _codes.TryGetValue(code, out var meaning) ? meaning : _otherwise?.Find(code);

    public Meaning? FindText(string text)
    {
        foreach (var (pattern, meaning) in _texts)
        {
            if (pattern.IsMatch(text))
                return meaning;
        }
        return null;
    }
}
