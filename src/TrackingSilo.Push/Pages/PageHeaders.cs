using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace TrackingSilo.Push.Pages;

/// <summary>
/// Headers of everything behind a link and of the fleet page. A link is a secret in a URL: nothing keeps it (no-store), nothing passes it on (no-referrer, no third party), nobody else's script
/// or frame gets near it.
/// </summary>
sealed class PageHeaders
{
    readonly string _policy;
    readonly bool _mayBeFramed;

    public PageHeaders(IOptions<PushOptions> options)
    {
        var ancestors = options.Value.FrameAncestors.Count == 0 ? "'none'" : string.Join(' ', options.Value.FrameAncestors);
        _mayBeFramed = options.Value.FrameAncestors.Count > 0;
        _policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
            + $"img-src 'self' data:{TileSource(options.Value.TileUrl)}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}";
    }

    /// <summary>Where tiles come from, with a blank before it; <c>{s}.</c> in their address stands for any subdomain.</summary>
    static string TileSource(string? tileUrl)
        => Uri.TryCreate(tileUrl?.Replace("{s}.", "", StringComparison.Ordinal), UriKind.Absolute, out var url)
            ? $" {url.Scheme}://{(tileUrl!.Contains("{s}.", StringComparison.Ordinal) ? "*." : "")}{url.Authority}"
            : "";

    public void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] = _policy;
        headers[HeaderNames.CacheControl] = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()";
        if (!_mayBeFramed)
        {
            headers[HeaderNames.XFrameOptions] = "DENY";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }
    }
}
