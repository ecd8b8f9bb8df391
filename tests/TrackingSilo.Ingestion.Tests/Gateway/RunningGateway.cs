using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Consumers;
using TrackingSilo.Ingestion.Gateway;
using TrackingSilo.Ingestion.Tests.Consumers;

namespace TrackingSilo.Ingestion.Tests.Gateway;

/// <summary>A server on a free port with nothing but the gateway in it. The key of carrier "a" is "key-a", of "b" "key-b", an operator's "key-all".</summary>
sealed class RunningGateway : IAsyncDisposable
{
    readonly WebApplication _app;

    RunningGateway(WebApplication app)
    {
        _app = app;
        Http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public ICommandLog Commands => _app.Services.GetRequiredService<ICommandLog>();

    public IngestionStatistics Statistics => _app.Services.GetRequiredService<IngestionCounters>().Snapshot();

    public static async Task<RunningGateway> StartAsync(string bootstrap, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Kafka:BootstrapServers"] = bootstrap, ["Kafka:Log"] = "test", ["Carriers:Secrets:easypost"] = "secret-of-easypost", ["Carriers:Secrets:aftership"] = "secret-of-aftership" });
        builder.Services.AddSingleton<ITrackingEngine>(new RecordingEngine());
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(new ApiKeys([("key-a", new Caller("a")), ("key-b", new Caller("b")), ("key-all", new Caller(null))]));
        builder.Services.AddKafkaIngestion(builder.Configuration);
        builder.Services.RemoveAllHosted<KafkaIngestion>();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var app = builder.Build();
        app.MapTrackingGateway();
        await app.StartAsync();
        return new RunningGateway(app);
    }

    public async Task<HttpResponseMessage> PostAsync(string topic, HttpContent content, string? key = "key-a")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/" + topic) { Content = content };
        // As a client with a large body does: it hears of a refusal before it sends.
        request.Headers.ExpectContinue = content.Headers.ContentLength > 1_000_000;
        if (key is not null)
            request.Headers.Add(ApiKeys.Header, key);
        return await Http.SendAsync(request);
    }

    public async Task<JsonNode> SendAsync(string topic, string body, string type = "application/x-ndjson", string key = "key-a")
    {
        using var response = await PostAsync(topic, Content(Encoding.UTF8.GetBytes(body), type), key);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public static HttpContent Content(byte[] body, string type = "application/x-ndjson")
        => new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

static class HostedServices
{
    /// <summary>Only what is asked for in these tests runs.</summary>
    public static void RemoveAllHosted<T>(this IServiceCollection services)
    {
        foreach (var hosted in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory?.Method.ReturnType == typeof(T)).ToArray())
            services.Remove(hosted);
    }
}
