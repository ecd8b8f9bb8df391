using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Pages;

/// <summary>Everything behind a link: the page, the view for those who poll, instructions. Every link that does not open gets one and the same answer.</summary>
sealed class PageEndpoints(
    TrackingLinks links, LinkFailures failures, Following following, TrackingPage page, PageHeaders headers, Instructing instructing, PushClock clock, PushStatistics statistics)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var behindLinks = routes.MapGroup("").ExcludeFromDescription();
        behindLinks.MapGet("/t/{link}", (string link, HttpContext context, PageEndpoints endpoints) => endpoints.PageAsync(link, context));
        behindLinks.MapGet("/track/{link}/view", (string link, HttpContext context, PageEndpoints endpoints) => endpoints.ViewAsync(link, context));
        behindLinks.MapPost("/track/{link}/instructions", (string link, HttpContext context, PageEndpoints endpoints) => endpoints.InstructAsync(link, context));
        routes.MapGet("/fleet", (HttpContext context, FleetPage fleet, PageHeaders headers) =>
        {
            headers.Set(context.Response);
            return Html(fleet.Render(context.Request));
        }).ExcludeFromDescription();
        routes.MapGet("/brands/{name}", (string name, HttpContext context, Brands brands) => brands.Serve(context, name)).ExcludeFromDescription();
        routes.MapGet("/scorecard", (HttpContext context, ScorecardPage scorecard, PageHeaders headers) =>
        {
            headers.Set(context.Response);
            return Html(scorecard.Render(context.Request));
        }).ExcludeFromDescription();
        routes.MapGet("/assets/{version}/{**path}", (string version, string path, HttpContext context, Assets assets) => assets.Serve(context, version, path)).ExcludeFromDescription();
    }

    async Task<IResult> PageAsync(string text, HttpContext context)
    {
        headers.Set(context.Response);
        if (await LookAsync(text, default, watch: false, context) is not { } look)
            return failures.TryCount(context.Connection.RemoteIpAddress)
                ? Html(page.RenderGone(context.Request), StatusCodes.Status404NotFound)
                : Html(page.RenderLimited(context.Request), StatusCodes.Status429TooManyRequests);
        if (look.Answer.View is { } view)
            return Html(page.Render(context.Request, look.Link, view));
        // The server reads the log again after a restart and has not come to this shipment.
        context.Response.Headers.RetryAfter = context.Response.Headers["Refresh"] = "3";
        return Html(page.RenderSoon(context.Request), StatusCodes.Status503ServiceUnavailable);
    }

    async Task<IResult> ViewAsync(string text, HttpContext context)
    {
        headers.Set(context.Response);
        if (await LookAsync(text, Have(context.Request), watch: true, context) is not { } look)
            return Failed(context);
        if (look.Answer.View is not { } view)
            return Results.StatusCode(StatusCodes.Status304NotModified);
        context.Response.Headers.ETag = $"\"{view.Version.Run}-{view.Version.Number}\"";
        statistics.ViewPolled();
        return Results.Bytes(new WireView(view, statistics).At(WireMoment.Of(clock)).Utf8.ToArray(), "application/json");
    }

    async Task<IResult> InstructAsync(string text, HttpContext context)
    {
        headers.Set(context.Response);
        if (await LookAsync(text, default, watch: false, context) is not { } look)
            return Failed(context);
        if (look.Answer.Result == FollowResult.NotYet)
            return Results.Json(new { result = "unavailable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
        if (!look.Link.Allows(LinkScopes.Instruct))
            return Results.Json(new { result = "notAllowed" }, statusCode: StatusCodes.Status403Forbidden);
        if (await InstructionRequest.ReadAsync(context.Request, context.RequestAborted) is not { } command)
            return Results.Json(new { result = "bad" }, statusCode: StatusCodes.Status400BadRequest);
        var reply = await instructing.TakeAsync(look.Link.Shipment, command, context.RequestAborted);
        return Results.Json(reply, WireView.Json, statusCode: reply.Result switch
        {
            "limited" => StatusCodes.Status429TooManyRequests,
            "unavailable" => StatusCodes.Status503ServiceUnavailable,
            "received" => StatusCodes.Status202Accepted,
            _ => StatusCodes.Status200OK,
        });
    }

    async ValueTask<(TrackingLink Link, FollowAnswer Answer)?> LookAsync(string text, ViewVersion have, bool watch, HttpContext context)
    {
        if (!links.TryOpen(text, out var link) || !link.Allows(LinkScopes.Look))
            return null;
        return await following.LookAsync(link, have, watch, context.RequestAborted) is { } answer ? (link, answer) : null;
    }

    IResult Failed(HttpContext context)
        => failures.TryCount(context.Connection.RemoteIpAddress)
            ? Results.Json(new { result = "gone" }, statusCode: StatusCodes.Status404NotFound)
            : Results.Json(new { result = "limited" }, statusCode: StatusCodes.Status429TooManyRequests);

    static ViewVersion Have(HttpRequest request)
    {
        var tag = request.Headers[HeaderNames.IfNoneMatch].ToString().Trim('"');
        var dash = tag.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && long.TryParse(tag.AsSpan(0, dash), out var run) && long.TryParse(tag.AsSpan(dash + 1), out var number)
            ? new ViewVersion(run, number)
            : default;
    }

    static IResult Html(string html, int status = StatusCodes.Status200OK) => Results.Content(html, "text/html; charset=utf-8", statusCode: status);
}
