using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Pages;

/// <summary>The operators' page. It holds no data: everything comes over the hub once a key has been given.</summary>
sealed class FleetPage(Assets assets, IOptions<PushOptions> options)
{
    readonly Template _page = new(assets.Content("fleet/page.html"));

    public string Render(HttpRequest request)
        => _page.Fill(new Dictionary<string, Html>
        {
            ["assets"] = assets.PathFor(request),
            ["base"] = request.PathBase.ToString(),
            ["state"] = JsonSerializer.Serialize(new { options.Value.TileUrl, options.Value.TileAttribution }, WireView.Json),
        });
}
