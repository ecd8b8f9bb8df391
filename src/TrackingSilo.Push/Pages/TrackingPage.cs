using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Pages;

/// <summary>The tracking page's first picture: useful as it is, and what the browser goes on from, in a data block that is no script.</summary>
sealed class TrackingPage(Assets assets, Languages languages, Brands brands, PushClock clock, PushStatistics statistics, IOptions<PushOptions> options)
{
    readonly Template _page = new(assets.Content("track/page.html"));
    readonly Template _gone = new(assets.Content("track/gone.html"));

    public string Render(HttpRequest request, TrackingLink link, PublishedView published)
    {
        var (language, culture) = languages.For(request);
        var view = published.View;
        var words = new ViewWording(view, language, culture, clock.Now);
        var notice = words.Notice;
        var brand = brands.Of(view.Merchant);
        var brandPath = Brands.Path(request);
        return _page.Fill(new Dictionary<string, Html>
        {
            ["lang"] = language.Tag,
            ["title"] = language["title"],
            ["assets"] = assets.PathFor(request),
            ["skip"] = language["skip"],
            ["status"] = ViewWording.Name(view.Status),
            ["brandStyle"] = brand is null ? null : Html.Of($"""<link rel="stylesheet" href="{brandPath}/{brand.Style}">"""),
            ["logo"] = brand?.Logo is { } logo ? Html.Of($"""<img class="logo" src="{brandPath}/{logo}" alt="{brand.Name}">""") : null,
            ["fromClass"] = brand?.Logo is null ? null : "announcer",
            ["links"] = Html.Join((brand?.Links ?? []).Select(link => Html.Of($"""<a href="{link.Address.AbsoluteUri}" rel="noopener noreferrer" target="_blank">{Brand.TextIn(language.Tag, link.Text)}</a>"""))),
            ["linksHidden"] = Hidden(brand is not { Links.Count: > 0 }),
            ["linksLabel"] = language["links"],
            ["from"] = (brand?.Name ?? view.Merchant) is { } merchant ? language.Format("from", ("merchant", merchant)) : language["title"],
            ["carrier"] = language.Format("carriedBy", ("carrier", view.Carrier)),
            ["fresh"] = language.Format("asOf", ("time", words.Time(published.AsOf ?? clock.Now))),
            ["statusText"] = words.Status,
            ["meaning"] = words.Meaning,
            ["day"] = words.WindowDay,
            ["window"] = words.Window,
            ["stops"] = words.Stops,
            ["promise"] = words.Promise,
            ["zone"] = words.ZoneName,
            ["noticeHidden"] = Hidden(notice is null),
            ["noticeTitle"] = notice?.Title,
            ["noticeText"] = notice?.Text,
            ["noScript"] = language["noScript"],
            ["mapTitle"] = language["map.title"],
            ["steps"] = Html.Join(words.Steps().Select(step => Step(step, language))),
            ["instructTitle"] = language["instruct.title"],
            ["proofHidden"] = Hidden(view is { Proof: null, MisplacedMetres: null }),
            ["proofTitle"] = language["proof.title"],
            ["proofs"] = Html.Join(Proofs(view, language, culture).Select(proof => Html.Of($"<li>{proof}</li>"))),
            ["scansTitle"] = language["scans.title"],
            ["scans"] = Html.Join(view.Timeline.Reverse().Select(scan => Scan(scan, words))),
            ["earlierHidden"] = Hidden(!view.EarlierScansNotShown),
            ["earlier"] = language["scans.earlier"],
            ["numberLabel"] = language["number"],
            ["number"] = view.TrackingNumber,
            ["private"] = language["private"],
            ["languagesLabel"] = language["languages"],
            ["languages"] = Html.Join(languages.All.Select(other => Choice(other, language))),
            ["state"] = State(link, published, language, culture),
        });
    }

    /// <summary>The one page for every link that does not open, whatever the reason.</summary>
    public string RenderGone(HttpRequest request) => RenderMessage(request, "gone");

    /// <summary>For an address whose allowance of failures is used up.</summary>
    public string RenderLimited(HttpRequest request) => RenderMessage(request, "limited");

    /// <summary>For a link that may be good, while the server cannot say yet.</summary>
    public string RenderSoon(HttpRequest request) => RenderMessage(request, "soon");

    string RenderMessage(HttpRequest request, string key)
    {
        var (language, _) = languages.For(request);
        return _gone.Fill(new Dictionary<string, Html>
        {
            ["lang"] = language.Tag,
            ["assets"] = assets.PathFor(request),
            ["title"] = language[$"{key}.title"],
            ["text"] = language[$"{key}.text"],
        });
    }

    Html State(TrackingLink link, PublishedView published, Language language, CultureInfo culture)
    {
        var state = new PageState(
            new WireView(published, statistics).At(WireMoment.Of(clock)),
            culture.Name,
            link.Allows(LinkScopes.Instruct),
            options.Value.TileUrl,
            options.Value.TileAttribution,
            new RawJson(language.Json));
        return JsonSerializer.Serialize(state, WireView.Json);
    }

    static Html Hidden(bool hidden) => new(hidden ? "hidden" : "");

    static Html Step((string Name, string Text, string State) step, Language language)
        => Html.Of($"""<li data-state="{step.State}"><strong>{step.Name}</strong> <span class="state">{language[$"step.state.{step.State}"]}</span> <span class="text">{step.Text}</span></li>""");

    static Html Scan(ScanView scan, ViewWording words)
        => Html.Of($"<li><time>{words.DayAndTime(scan.OccurredAt)}</time> <strong>{words.ScanName(scan.Event)}</strong> <span>{scan.Place}</span> <span class=\"quiet\">{scan.Text}</span></li>");

    static Html Choice(Language other, Language present)
        => other.Tag == present.Tag
            ? Html.Of($"""<span lang="{other.Tag}" aria-current="true">{other["language"]}</span>""")
            : Html.Of($"""<a lang="{other.Tag}" hreflang="{other.Tag}" href="?lang={other.Tag}">{other["language"]}</a>""");

    static IEnumerable<string> Proofs(ShipmentView view, Language language, CultureInfo culture)
    {
        var proof = view.Proof;
        if (view.MisplacedMetres is { } metres)
            yield return language.Format("misplaced", ("distance", string.Create(culture, $"{metres / 1000:0.0} km")));
        if (proof?.Name is { } name)
            yield return language.Format("proof.name", ("name", name));
        if (proof?.Signature is not null)
            yield return language["proof.signature"];
        if (proof?.Photo is not null)
            yield return language["proof.photo"];
    }

    sealed record PageState(
        RawJson View, string Locale, bool MayInstruct, string? TileUrl, string? TileAttribution, RawJson Texts);
}
