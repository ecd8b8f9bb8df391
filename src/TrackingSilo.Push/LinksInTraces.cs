using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace TrackingSilo.Push;

/// <summary>Keeps tracking links out of traces: a request's span names the route, not the path, since the path is the link.</summary>
static class LinksInTraces
{
    public static void Hide(HttpContext context)
    {
        if (Activity.Current is not { } activity || !(context.Request.Path.StartsWithSegments("/t") || context.Request.Path.StartsWithSegments("/track")))
            return;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
        activity.DisplayName = $"{context.Request.Method} {route}";
        activity.SetTag("url.path", route);
    }
}
