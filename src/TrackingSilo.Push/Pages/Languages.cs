using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TrackingSilo.Push.Pages;

/// <summary>The languages that pages speak, and which one a visitor gets.</summary>
sealed class Languages
{
    const string Default = "en";

    readonly Dictionary<string, Language> _byTag;

    public Languages(Assets assets)
        => _byTag = assets.In("lang/").Select(path => new Language(Path.GetFileNameWithoutExtension(path), assets.Content(path)))
            .ToDictionary(language => language.Tag, StringComparer.Ordinal);

    public IEnumerable<Language> All => _byTag.Values.OrderBy(language => language.Tag, StringComparer.Ordinal);

    /// <summary>What the query asks for (<c>?lang=de</c>), else the best of what the browser accepts; with the region that the browser names, for times and dates.</summary>
    public (Language Language, CultureInfo Culture) For(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(entry => entry.Quality ?? 1)
            .Select(entry => entry.Value.ToString())
            .ToArray();
        if (Find(request.Query["lang"].ToString()) is { } asked)
            return (asked, CultureOf(asked, accepted));
        var language = accepted.Select(Find).FirstOrDefault(language => language is not null) ?? _byTag[Default];
        return (language, CultureOf(language, accepted));
    }

    Language? Find(string tag)
    {
        var primary = Primary(tag);
        return _byTag.GetValueOrDefault(primary is "no" or "nn" ? "nb" : primary);
    }

    static string Primary(string tag) => tag.Split('-', 2)[0].ToLowerInvariant();

    static CultureInfo CultureOf(Language language, string[] accepted)
    {
        // Two letters of region, no more: what a visitor sends must not grow the runtime's table of cultures.
        var regional = accepted.FirstOrDefault(tag => tag.Length == 5 && tag[2] == '-' && Primary(tag) == language.Tag);
        try
        {
            return CultureInfo.GetCultureInfo(regional ?? (language.Tag == Default ? "en-GB" : language.Tag));
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.GetCultureInfo(language.Tag);
        }
    }
}
