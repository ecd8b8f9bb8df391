using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace TrackingSilo.Server;

static class MetricsServices
{
    static readonly string[] s_meters = ["TrackingSilo.*", "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting"];

    /// <summary><c>Metrics:Otlp</c>: where a collector takes OTLP over gRPC, such as http://collector:4317. Nothing is sent without it.</summary>
    /// <exception cref="InvalidOperationException">It is no address.</exception>
    public static IServiceCollection AddMetricsExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration["Metrics:Otlp"] is not { Length: > 0 } address)
            return services;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var endpoint))
            throw new InvalidOperationException($"Metrics:Otlp is '{address}': it must be an address such as http://collector:4317.");
        var instance = configuration["Cluster:SiloName"] is { Length: > 0 } name ? name : Environment.MachineName;
        return services.AddHostedService(_ => new MetricsExport(endpoint, instance));
    }

    sealed class MetricsExport(Uri endpoint, string instance) : IHostedService, IDisposable
    {
        MeterProvider? _provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _provider = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService("trackingsilo", serviceInstanceId: instance))
                .AddMeter(s_meters)
                .AddOtlpExporter(options => (options.Endpoint, options.Protocol) = (endpoint, OtlpExportProtocol.Grpc))
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Dispose();
            return Task.CompletedTask;
        }

        public void Dispose() => _provider?.Dispose();
    }
}
