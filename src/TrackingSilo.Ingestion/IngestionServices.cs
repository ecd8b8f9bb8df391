using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Consumers;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Gateway;
using TrackingSilo.Ingestion.Refused;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion;

public static class IngestionServices
{
    /// <summary>The way in over Kafka, <see cref="KafkaIngestion"/>, and what <see cref="AddKafkaGateway"/> adds. Needs an <see cref="ITrackingEngine"/> and a <see cref="TimeProvider"/>.</summary>
    /// <exception cref="InvalidOperationException">The configuration's section <see cref="KafkaSettings.Section"/> will not do; the message says why.</exception>
    public static IServiceCollection AddKafkaIngestion(this IServiceCollection services, IConfiguration configuration)
        => services.AddKafkaGateway(configuration)
            .AddSingleton<KafkaIngestion>()
            .AddHostedService(provider => provider.GetRequiredService<KafkaIngestion>());

    /// <summary>The way into Kafka: what the HTTP gateway needs, the <see cref="ICommandLog"/>, and the <see cref="IngestionCounters"/>. Needs a <see cref="TimeProvider"/>.</summary>
    /// <exception cref="InvalidOperationException">The configuration's section <see cref="KafkaSettings.Section"/> will not do; the message says why.</exception>
    public static IServiceCollection AddKafkaGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton((configuration.GetSection(KafkaSettings.Section).Get<KafkaSettings>() ?? new KafkaSettings()).Checked());
        services.AddSingleton<IngestionCounters>();
        services.AddSingleton<VehicleIdCache>(_ => new VehicleIdCache());
        services.AddSingleton(_ => CarrierFiles.Load(configuration["Carriers:Folder"] ?? CarrierFiles.DefaultFolder));
        services.AddSingleton(provider => provider.GetRequiredService<CarrierFiles>().Vocabularies);
        services.AddSingleton(new CarrierSecrets(configuration.GetSection("Carriers:Secrets").GetChildren()
            .Where(secret => !string.IsNullOrEmpty(secret.Value)).Select(secret => KeyValuePair.Create(secret.Key, secret.Value!))));
        services.AddSingleton<RefusedTopic>();
        services.AddSingleton<GatewayAdmission>();
        services.AddSingleton<GatewayProducer>();
        services.AddSingleton<ICommandLog>(provider => provider.GetRequiredService<GatewayProducer>());
        services.AddOpenApi();
        return services;
    }
}
