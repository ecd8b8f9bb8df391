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

/// <summary><c>/v1/shipments/{carrier}/{number}/links</c>: a carrier or an operator gets a link for a recipient (<c>POST</c>, one for each), or ends all there are (<c>DELETE</c>).</summary>
static class LinkEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/shipments/{carrier}/{number}/links", IssueAsync)
            .WithName("IssueTrackingLink")
            .WithSummary("Issues a tracking link: whoever holds it sees the shipment, until it expires or is revoked.")
            .Produces<LinkAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapDelete("/v1/shipments/{carrier}/{number}/links", RevokeAsync)
            .WithName("RevokeTrackingLinks")
            .WithSummary("Ends every tracking link of the shipment, and the pages open on them. Repeat it under the same Idempotency-Key if no answer came.")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<IResult> IssueAsync(
        string carrier, string number, LinkRequest? body, HttpContext context,
        ApiKeys keys, ITrackingEngine engine, RecipientLinks links, IOptions<PushOptions> options, CancellationToken cancellationToken)
    {
        if (Refused(carrier, number, context, keys, out var id) is { } refused)
            return refused;
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
        var link = links.Issue(id, answer.LinkEpoch, scopes, days);
        return Results.Ok(new LinkAnswer(RecipientLinks.UrlOf(link, SiteOf(context.Request, options.Value)), link.ExpiresAt));
    }

    /// <summary>Through the log, as everything that changes a shipment: when the command is consumed, links end, and the pages that are open on them.</summary>
    static async Task<IResult> RevokeAsync(string carrier, string number, HttpContext context, ApiKeys keys, ICommandLog commands, CancellationToken cancellationToken)
    {
        if (Refused(carrier, number, context, keys, out var id) is { } refused)
            return refused;
        // Who repeats a request under one key has asked once.
        var key = context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= Limits.IdMaxCharacters } given ? given : Guid.NewGuid().ToString("n");
        try
        {
            await commands.AppendAsync(id, new Command { Id = key, Kind = CommandKind.RevokeLinks }, cancellationToken);
            return Results.Accepted();
        }
        catch (IOException)
        {
            // The log did not take it, and the client may send it again.
            return Results.Problem("The log does not take it at the moment: ask again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    static IResult? Refused(string carrier, string number, HttpContext context, ApiKeys keys, out ShipmentId id)
    {
        context.Response.Headers.CacheControl = "no-store";
        id = default;
        if (!keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller))
            return Results.Problem("A valid X-Api-Key is needed.", statusCode: StatusCodes.Status401Unauthorized);
        // A slash within a number stays escaped in the path.
        if (!ShipmentId.TryCreate(carrier, number.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out id))
            return Results.Problem("Carrier and tracking number name no shipment.", statusCode: StatusCodes.Status400BadRequest);
        return caller.SpeaksFor(id.Carrier) ? null : Results.Problem("This key speaks for another carrier.", statusCode: StatusCodes.Status403Forbidden);
    }

    static string SiteOf(HttpRequest request, PushOptions options) => options.PublicUrl?.ToString() ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
}
