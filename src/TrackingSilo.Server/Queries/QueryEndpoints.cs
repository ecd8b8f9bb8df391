using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion;

namespace TrackingSilo.Server.Queries;

/// <summary>What merchants, carriers and operators may ask: one shipment, many by what they have in common, how carriers do.</summary>
static class QueryEndpoints
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    static readonly SemaphoreSlim s_searches = new(Limits.SearchesAtOnce);

    public static IServiceCollection AddQueries(this IServiceCollection services)
        => services.AddSingleton<ShipmentPages>().AddSingleton<Scorecards>().AddHostedService(provider => provider.GetRequiredService<Scorecards>());

    public static void MapQueries(this WebApplication app)
    {
        app.MapGet("/v1/shipments/{carrier}/{number}", ShowAsync).WithName("get-shipment").WithTags("queries")
            .WithSummary("One shipment as operators see it, with its status in the words of aggregators.");
        app.MapGet("/v1/shipments", SearchAsync).WithName("search-shipments").WithTags("queries")
            .WithSummary("Shipments by carrier, merchant, status and punctuality, as they stand in the store.")
            .WithDescription("'next' leads to the next part; a part may be empty and still have a next, since a request looks at a bounded number of shipments.");
        app.MapGet("/v1/scorecards", Scores).WithName("get-scorecards").WithTags("queries")
            .WithSummary("How carriers do, counted from the store.");
    }

    static async Task<IResult> ShowAsync(string carrier, string number, HttpContext context, ApiKeys keys, ITrackingEngine engine, CancellationToken cancellationToken)
    {
        if (!keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller))
            return Unauthorised();
        // A slash within a number stays escaped in the path.
        if (!ShipmentId.TryCreate(carrier, number.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var id))
            return Problem(StatusCodes.Status400BadRequest, "Carrier and tracking number name no shipment.");
        var answer = await engine.FollowAsync(id, default, Viewer.Operator, watchedUntil: null, cancellationToken);
        if (answer.Result == FollowResult.NotYet)
            return Problem(StatusCodes.Status503ServiceUnavailable, "The log has not been read to its end yet: ask again.");
        // Whoever may not see it does not learn that it is there.
        if (answer.View is not { } published || !caller.MaySee(id.Carrier, published.View.Merchant))
            return Problem(StatusCodes.Status404NotFound, "No such shipment.");
        var view = published.View;
        var situation = new Situation(view.Status, view.Reason, view.Punctuality);
        return Results.Json(
            new ShipmentAnswer(id.Value, published.AsOf, view, Enum.GetValues<Aggregator>().ToDictionary(
                aggregator => JsonNamingPolicy.CamelCase.ConvertName(aggregator.ToString()), aggregator => Aggregators.ToTheirs(aggregator, situation))),
            s_json);
    }

    static async Task<IResult> SearchAsync([AsParameters] ShipmentSearch search, HttpContext context, ApiKeys keys, ShipmentPages pages, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller))
            return Unauthorised();
        if (search.WhyNot() is { } wrong)
            return Problem(StatusCodes.Status400BadRequest, wrong);
        if (!await s_searches.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            context.Response.Headers.RetryAfter = "1";
            return Problem(StatusCodes.Status429TooManyRequests, "Others are searching. Ask again.");
        }
        try
        {
            return Results.Json(await search.RunAsync(caller, pages, time.GetUtcNow(), cancellationToken), s_json);
        }
        finally
        {
            s_searches.Release();
        }
    }

    static IResult Scores(HttpContext context, ApiKeys keys, Scorecards scorecards, IngestionCounters ingestion)
    {
        if (!keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller) || (!caller.IsOperator && caller.Carrier is null))
            return Unauthorised();
        var (asOf, carriers) = scorecards.Current;
        var delays = ingestion.ScanDelays.Medians;
        return Results.Json(
            new
            {
                AsOf = asOf,
                Carriers = carriers.Where(score => caller.SpeaksFor(score.Carrier)).Select(score => new
                {
                    score.Carrier, score.Shipments, score.Delivered, score.Promised, score.OnTime, score.Attempts, score.FirstAttempt, score.Misplaced, score.Late, score.Stalled,
                    score.Scans, score.Unrecognised, ScanDelaySeconds = delays.TryGetValue(score.Carrier, out var delay) ? delay : (double?)null,
                }),
            },
            s_json);
    }

    static IResult Unauthorised() => Problem(StatusCodes.Status401Unauthorized, $"A valid {ApiKeys.Header} is needed.");

    static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    sealed record ShipmentAnswer(string Id, DateTimeOffset? AsOf, ShipmentView View, IReadOnlyDictionary<string, string> StatusAs);
}
