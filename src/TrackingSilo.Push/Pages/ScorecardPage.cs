using Microsoft.AspNetCore.Http;

namespace TrackingSilo.Push.Pages;

/// <summary>How carriers do. It holds no data: everything comes from <c>/v1/scorecards</c> once a key has been given.</summary>
sealed class ScorecardPage(Assets assets)
{
    readonly Template _page = new(assets.Content("scorecard/page.html"));

    public string Render(HttpRequest request)
        => _page.Fill(new Dictionary<string, Html> { ["assets"] = assets.PathFor(request), ["base"] = request.PathBase.ToString() });
}
