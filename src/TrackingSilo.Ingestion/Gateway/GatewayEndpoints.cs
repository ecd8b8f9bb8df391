using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using TrackingSilo.Engine.Access;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Vocabularies;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Gateway;

public static class GatewayEndpoints
{
    /// <summary>
    /// The way in for carriers without Kafka: <c>POST /v1/shipments|scans|manifests|positions|commands</c>, and the OpenAPI document at <c>/openapi/v1.json</c>.
    /// Needs <c>AddKafkaIngestion</c> and a singleton <see cref="ApiKeys"/>.
    /// </summary>
    public static IEndpointRouteBuilder MapTrackingGateway(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var topics = services.GetRequiredService<KafkaSettings>().Topics;
        var vehicles = services.GetRequiredService<VehicleIdCache>();
        Map<ShipmentMessage>("shipments", topics.Shipments, new ShipmentDecoder(), "Registers shipments, or changes what is known of them.");
        Map<ScanMessage>("scans", topics.Scans, new ScanDecoder(services.GetRequiredService<CarrierVocabularies>()), "Says what happened to shipments.");
        Map<ManifestMessage>("manifests", topics.Manifests, new ManifestDecoder(vehicles), "Says in which order vehicles plan to stop where.");
        Map<PositionMessage>("positions", topics.Positions, new PositionDecoder(vehicles), "Says where vehicles were.");
        Map<CommandMessage>("commands", topics.Commands, new CommandDecoder(), "Asks something of shipments.");
        endpoints.MapCarriers();
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        return endpoints;

        void Map<TMessage>(string name, string topic, MessageDecoder decoder, string summary)
        {
            var gateway = ActivatorUtilities.CreateInstance<GatewayTopic>(services, topic, decoder);
            endpoints.MapPost("/v1/" + name, (Delegate)gateway.PostAsync)
                .WithName("post-" + name)
                .WithTags("gateway")
                .WithSummary(summary)
                .WithDescription(Description)
                .Produces<GatewayAnswer>(StatusCodes.Status202Accepted)
                .ProducesProblem(StatusCodes.Status400BadRequest)
                .ProducesProblem(StatusCodes.Status401Unauthorized)
                .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
                .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
                .ProducesProblem(StatusCodes.Status429TooManyRequests)
                .AddOpenApiOperationTransformer(DescribeAsync<TMessage>);
        }
    }

    const string Description = """
        One JSON object, or one a line (NDJSON). Each line is taken or refused by itself: 202 says that all of them were looked at, the answer what became of each.
        A line that is accepted is in the log. One whose result is unknown may be: send it again, a double does no harm. With any other status nothing was taken.
        A carrier's key speaks for its own carrier only. Unknown properties are passed over.
        """;

    // The body is read as it is, so the framework does not know what it looks like.
    static async Task DescribeAsync<TMessage>(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(typeof(TMessage), null, cancellationToken);
        context.Document?.AddComponent(typeof(TMessage).Name, schema);
        var reference = new OpenApiSchemaReference(typeof(TMessage).Name, context.Document);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = reference },
                ["application/x-ndjson"] = new() { Schema = reference },
            },
        };
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = ApiKeys.Header, In = ParameterLocation.Header, Required = true, Description = "The carrier's key.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
