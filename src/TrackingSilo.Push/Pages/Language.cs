using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace TrackingSilo.Push.Pages;

/// <summary>One language of the pages: its texts by key, which the server and the browser share, and its rule for numbers.</summary>
sealed class Language
{
    readonly FrozenDictionary<string, string> _texts;

    public Language(string tag, byte[] json)
    {
        Tag = tag;
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.ToFrozenDictionary(StringComparer.Ordinal);
        Json = json;
    }

    /// <summary>BCP 47, such as <c>de</c>.</summary>
    public string Tag { get; }

    /// <summary>All texts, for the page.</summary>
    public byte[] Json { get; }

    public IEnumerable<string> Keys => _texts.Keys;

    public string this[string key] => _texts[key];

    public string? Find(string key) => _texts.GetValueOrDefault(key);

    /// <summary>A text with its placeholders filled.</summary>
    public string Format(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var text = this[key];
        foreach (var (name, value) in values)
            text = text.Replace("{" + name + "}", value, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The text for a number of things.</summary>
    public string Count(string key, int n)
        => (Find($"{key}.{PluralCategory(Tag, n)}") ?? this[$"{key}.other"]).Replace("{n}", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Plural categories of whole numbers, by Unicode CLDR; the browser's Intl.PluralRules says the same.</summary>
    public static string PluralCategory(string tag, int n) => (tag, n) switch
    {
        (_, 1) => "one",
        ("pl", _) when n % 10 is >= 2 and <= 4 && n % 100 is not (>= 12 and <= 14) => "few",
        ("pl", _) => "many",
        _ => "other",
    };
}
