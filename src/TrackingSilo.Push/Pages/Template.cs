using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace TrackingSilo.Push.Pages;

/// <summary>HTML with <c>{{name}}</c> in it. What is filled in is text, and escaped, unless it is <see cref="Html"/>.</summary>
sealed class Template
{
    static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // Odd places hold names.
    readonly string[] _parts;

    public Template(byte[] utf8)
        => _parts = Encoding.UTF8.GetString(utf8).Split(["{{", "}}"], StringSplitOptions.None);

    /// <exception cref="KeyNotFoundException">A name has no value.</exception>
    public string Fill(IReadOnlyDictionary<string, Html> values)
    {
        var html = new StringBuilder();
        for (var i = 0; i < _parts.Length; i++)
            html.Append(i % 2 == 0 ? _parts[i] : values[_parts[i]].Value);
        return html.ToString();
    }

    public static string Encode(string text) => s_encoder.Encode(text);
}

/// <summary>A piece of HTML; text becomes one by being escaped.</summary>
readonly record struct Html(string Value)
{
    public static implicit operator Html(string? text) => new(text is null ? "" : Template.Encode(text));

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Value)));

    /// <summary>An interpolated piece of HTML whose holes are escaped.</summary>
    public static Html Of(FormattableString html)
        => new(string.Format(null, html.Format, [.. html.GetArguments().Select(argument => argument is Html piece ? piece.Value : Template.Encode(argument?.ToString() ?? ""))]));
}
