using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrackingSilo.Ingestion.Gateway;

namespace TrackingSilo.Ingestion.Carriers;

static class CarrierEndpoints
{
    /// <summary><c>POST /v1/carriers/{carrier}/events</c> and <c>GET /v1/carriers/of/{trackingNumber}</c>.</summary>
    public static void MapCarriers(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var gateway = ActivatorUtilities.CreateInstance<CarrierGateway>(services);
        endpoints.MapPost("/v1/carriers/{carrier}/events", gateway.PostAsync)
            .WithName("post-carrier-events")
            .WithTags("carriers")
            .WithSummary("Takes a carrier's own payload.")
            .WithDescription(
                "The carrier's file says how its events are read. 202 says that each was looked at, the answer what became of it. What cannot be read goes to the refused topic. "
                + "Needs the carrier's X-Api-Key, or its signature where it signs. trackingNumber in the query names the shipment where the payload does not.")
            .Produces<GatewayAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        var carriers = services.GetRequiredService<CarrierFiles>();
        endpoints.MapGet("/v1/carriers/of/{trackingNumber}", (string trackingNumber) => Results.Ok(carriers.Recognise(trackingNumber)))
            .WithName("recognise-tracking-number")
            .WithTags("carriers")
            .WithSummary("Whose a tracking number can be.")
            .WithDescription("All carriers that have a form which the number fits, check digit included. Several may; none is an empty list.")
            .Produces<IReadOnlyList<NumberCandidate>>();
    }
}
