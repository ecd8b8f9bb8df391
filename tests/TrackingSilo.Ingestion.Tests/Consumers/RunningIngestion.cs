using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Consumers;

namespace TrackingSilo.Ingestion.Tests.Consumers;

/// <summary>A host with nothing but ingestion in it.</summary>
sealed class RunningIngestion : IAsyncDisposable
{
    readonly IHost _host;

    RunningIngestion(IHost host) => _host = host;

    public IngestionStatistics Statistics => _host.Services.GetRequiredService<IngestionCounters>().Snapshot();

    public string? StopReason => _host.Services.GetRequiredService<KafkaIngestion>().StopReason;

    /// <summary>Completes when ingestion has asked the server to stop.</summary>
    public Task Stopping { get; private init; } = Task.CompletedTask;

    public static async Task<RunningIngestion> StartAsync(RecordingEngine engine, string bootstrap, string log, bool acceptGap = false)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kafka:BootstrapServers"] = bootstrap, ["Kafka:Log"] = log, ["Kafka:AcceptGap"] = acceptGap.ToString(),
        });
        builder.Services.AddSingleton<ITrackingEngine>(engine);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddKafkaIngestion(builder.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var host = builder.Build();
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await host.StartAsync();
        return new RunningIngestion(host) { Stopping = stopping.Task };
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
