using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion;
using TrackingSilo.Notifications;
using TrackingSilo.Push;

namespace TrackingSilo.Server;

/// <summary>What those who run the server need: health, statistics, and an end that a parent process can bring about.</summary>
static class OperationsServices
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DictionaryKeyPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary><c>EndWithInput=true</c>: the server ends when its standard input does, so that it cannot outlive whoever started it.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetricsExport(configuration);
        return configuration.GetValue<bool>("EndWithInput") ? services.AddHostedService<EndWithInput>() : services;
    }

    public static void MapOperations(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Ok()).ExcludeFromDescription();
        // Requests are answered only once everything has started.
        app.MapGet(
            "/health/ready",
            (ITrackingEngine engine) => Results.Json(
                Health.Of(engine.Statistics), s_json, statusCode: app.Services.IsInCluster() ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription();
        app.MapGet("/ops/statistics", Statistics).ExcludeFromDescription();
    }

    // A server of a cluster has not all of these parts.
    static IResult Statistics(HttpContext context, ApiKeys keys, ITrackingEngine engine, IngestionCounters ingestion)
        => keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller) && caller.IsOperator
            ? Results.Json(
                new
                {
                    Engine = engine.Statistics,
                    Ingestion = ingestion.Snapshot(),
                    Push = context.RequestServices.GetService<PushStatistics>(),
                    Notifications = context.RequestServices.GetService<OutboxDispatcher>()?.Statistics,
                },
                s_json)
            : Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: $"An operator's key in the header {ApiKeys.Header} is needed.");

    /// <summary>Degraded: pages are served and nothing is lost, but what they show may be old, or not saved yet.</summary>
    sealed record Health(string Status, IReadOnlyList<string> Reasons)
    {
        public static Health Of(EngineStatistics engine)
        {
            List<string> reasons = [];
            if (engine.StoreAwayFor is { } time)
                reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the store has not answered for {time.TotalSeconds:0} s, {engine.Unsaved} changed actors wait to be saved"));
            if (engine.Input == InputState.Unreadable)
                reasons.Add("the log cannot be read");
            return new Health(reasons.Count == 0 ? "ok" : "degraded", reasons);
        }
    }

    sealed class EndWithInput(IHostApplicationLifetime program) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            // A read of the standard input cannot be cancelled: on a thread that is left behind, it does not hold up a stop for any other reason.
            var ended = Task.Factory.StartNew(ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(ended, Task.Delay(Timeout.Infinite, stoppingToken));
            program.StopApplication();
        }

        static void ReadToEnd()
        {
            var buffer = new byte[64];
            using var input = Console.OpenStandardInput();
            while (input.Read(buffer) > 0)
            {
                // What is said does not matter, only that somebody is there.
            }
        }
    }
}
