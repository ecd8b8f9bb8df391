using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Links;

/// <summary>What a carrier sends to get a link; all of it may be left out.</summary>
/// <param name="Days">How long it lives.</param>
/// <param name="MayInstruct">Whether its holder may say where the parcel is left; true where it is left out.</param>
public sealed record LinkRequest(int? Days, bool? MayInstruct);

/// <summary>A link as the API answers it.</summary>
public sealed record LinkAnswer(string Url, DateTimeOffset ExpiresAt);

/// <summary><c>POST /v1/shipments/{carrier}/{number}/links</c>: a carrier or an operator gets a link for a recipient.</summary>
static class LinkEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapPost("/v1/shipments/{carrier}/{number}/links", IssueAsync)
            .WithName("IssueTrackingLink")
            .WithSummary("Issues a tracking link: whoever holds it sees the shipment, until it expires or is revoked.")
            .Produces<LinkAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    static async Task<IResult> IssueAsync(
        string carrier, string number, LinkRequest? body, HttpContext context,
        ApiKeys keys, ITrackingEngine engine, TrackingLinks links, PushStatistics statistics, IOptions<PushOptions> options, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller))
            return Results.Problem("A valid X-Api-Key is needed.", statusCode: StatusCodes.Status401Unauthorized);
        // A slash within a number stays escaped in the path.
        if (!ShipmentId.TryCreate(carrier, number.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var id))
            return Results.Problem("Carrier and tracking number name no shipment.", statusCode: StatusCodes.Status400BadRequest);
        if (!caller.SpeaksFor(id.Carrier))
            return Results.Problem("This key speaks for another carrier.", statusCode: StatusCodes.Status403Forbidden);
        var days = body?.Days ?? options.Value.LinkDays;
        if (days < 1 || days > Limits.LinkLifetimeMax.Days)
            return Results.Problem($"A link lives between 1 and {Limits.LinkLifetimeMax.Days} days.", statusCode: StatusCodes.Status400BadRequest);

        var answer = await engine.FollowAsync(id, default, Viewer.Recipient, watchedUntil: null, cancellationToken);
        if (answer.Result == FollowResult.Unknown)
            return Results.Problem("No such shipment.", statusCode: StatusCodes.Status404NotFound);
        if (answer.Result == FollowResult.NotYet)
        {
            context.Response.Headers.RetryAfter = "1";
            return Results.Problem("The log has not been read to its end yet: ask again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        var scopes = body?.MayInstruct == false ? LinkScopes.Look : LinkScopes.Look | LinkScopes.Instruct;
        var link = links.Issue(id, answer.LinkEpoch, scopes, TimeSpan.FromDays(days));
        statistics.LinkIssued();
        return Results.Ok(new LinkAnswer(UrlOf(link, context.Request, options.Value), link.ExpiresAt));
    }

    static string UrlOf(IssuedLink link, HttpRequest request, PushOptions options)
    {
        var site = options.PublicUrl?.ToString().TrimEnd('/') ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
        return $"{site}/t/{link.Text}";
    }
}
