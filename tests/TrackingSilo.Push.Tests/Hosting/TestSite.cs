using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Links;

namespace TrackingSilo.Push.Tests.Hosting;

/// <summary>The real pages and hub on a real Kestrel, over a <see cref="TestEngine"/>.</summary>
public sealed class TestSite : IAsyncDisposable
{
    public const string OperatorKey = "operator-key";
    public const string BriskKey = "brisk-key";

    readonly WebApplication _app;

    TestSite(WebApplication app, TestEngine engine, LogLines log)
    {
        _app = app;
        Engine = engine;
        Log = log;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Url };
    }

    public TestEngine Engine { get; }

    public LogLines Log { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public PushStatistics Statistics => _app.Services.GetRequiredService<PushStatistics>();

    public Microsoft.AspNetCore.DataProtection.IDataProtectionProvider Protection => _app.Services.GetRequiredService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>();

    public TrackingLinks Links => _app.Services.GetRequiredService<TrackingLinks>();

    /// <param name="port">0: any; a certain one to come back where an earlier site was.</param>
    public static async Task<TestSite> StartAsync(TestEngine? engine = null, TimeProvider? time = null, int port = 0, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddRoutingCore();
        var log = new LogLines();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        engine ??= new TestEngine(time ?? TimeProvider.System);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ITrackingEngine>(engine).AddSingleton<ICommandLog>(engine);
        builder.Services.AddSingleton(new ApiKeys([(OperatorKey, new Caller(null)), (BriskKey, new Caller("brisk"))]));
        builder.Services.AddSingleton(Samples.Fences());
        builder.Services.AddTrackingPush(builder.Configuration);
        var app = builder.Build();
        app.UseRouting();
        app.MapTrackingPush();
        app.MapGet("/ops/statistics", () => SampleStatistics.Json);
        engine.Sink = app.Services.GetRequiredService<IUpdateSink>();
        await app.StartAsync();
        return new TestSite(app, engine, log);
    }

    /// <summary>A link as a message about a milestone gets it.</summary>
    public async Task<Uri?> MessageLinkAsync(ShipmentId id) => await _app.Services.GetRequiredService<TrackingLinkIssuer>()(id, CancellationToken.None);

    /// <summary>A link as a carrier gets it.</summary>
    public async Task<string> IssueAsync(ShipmentView view, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/shipments/{view.Carrier}/{view.TrackingNumber}/links") { Content = JsonContent.Create(body ?? new { }) };
        request.Headers.Add(ApiKeys.Header, OperatorKey);
        using var response = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("url").GetString()!.Split("/t/")[1];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}

/// <summary>All that was logged, scopes included.</summary>
public sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = [];

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Logger(LogLines log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => log._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            log._scopes.ForEachScope((scope, list) => list.Add(scope?.ToString() ?? ""), scopes);
            log.Lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception} [{string.Join("; ", scopes)}]");
        }
    }
}
