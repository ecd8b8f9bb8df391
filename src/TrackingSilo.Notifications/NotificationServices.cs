using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Kafka;

namespace TrackingSilo.Notifications;

public static class NotificationServices
{
    /// <summary>
    /// The way out: <see cref="OutboxDispatcher"/> as the engine's <see cref="IOutbox"/>, <see cref="FenceTopic"/> as its <see cref="IFenceLog"/>. Needs an <see cref="ITrackingEngine"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The configuration's section <see cref="KafkaSettings.Section"/> will not do; the message says why.</exception>
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton((configuration.GetSection(KafkaSettings.Section).Get<KafkaSettings>() ?? new KafkaSettings()).Checked());
        services.AddSingleton(configuration.GetSection(NotificationSettings.Section).Get<NotificationSettings>() ?? new NotificationSettings());
        services.AddSingleton<NotificationCounters>();
        services.AddSingleton(provider => new Lazy<ITrackingEngine>(provider.GetRequiredService<ITrackingEngine>));
        services.AddSingleton<OutboxDispatcher>();
        services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<OutboxDispatcher>());
        services.AddSingleton<FenceTopic>();
        services.AddSingleton<IFenceLog>(provider => provider.GetRequiredService<FenceTopic>());
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDispatcher>());
        return services;
    }
}
