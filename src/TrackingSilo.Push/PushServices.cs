using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Hubs;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Pages;

namespace TrackingSilo.Push;

/// <summary>Puts what people see into a server. It needs an <see cref="ITrackingEngine"/>, an <see cref="ICommandLog"/>, the <see cref="Engine.Access.ApiKeys"/> and a <see cref="TimeProvider"/> there.</summary>
public static class PushServices
{
    public static IServiceCollection AddTrackingPush(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(PushOptions.Section);
        services.Configure<PushOptions>(section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PushClock>().AddSingleton<PushStatistics>();
        AddLinks(services, section);
        AddFeeds(services);
        AddHub(services);
        services.AddSingleton<Assets>().AddSingleton<Languages>().AddSingleton<Brands>().AddSingleton<PageHeaders>().AddSingleton<TrackingPage>().AddSingleton<FleetPage>().AddSingleton<ScorecardPage>().AddSingleton<PageEndpoints>();
        services.PostConfigure<LoggerFilterOptions>(LinksInLogs.Hide);
        AddTrustedProxies(services, section);
        return services;
    }

    public static WebApplication MapTrackingPush(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            LinksInTraces.Hide(context);
            return next(context);
        });
        app.Services.GetRequiredService<Brands>(); // a file that will not do stops the start
        LinkEndpoints.Map(app);
        PageEndpoints.Map(app);
        FleetEndpoints.Map(app);
        app.MapHub<TrackingHub>("/hub", options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.TransportMaxBufferSize = Limits.ViewerBufferBytes;
            options.ApplicationMaxBufferSize = Limits.ViewerMessageMaxBytes;
        });
        return app;
    }

    static void AddLinks(IServiceCollection services, IConfigurationSection section)
    {
        var protection = services.AddDataProtection().SetApplicationName("TrackingSilo");
        if (section[nameof(PushOptions.KeysFolder)] is { Length: > 0 } folder)
            protection.PersistKeysToFileSystem(KeysFolder(folder));
        services.AddSingleton<RecipientLinks>();
        // Late, for the engine is made with the outbox that asks for links.
        if (section[nameof(PushOptions.PublicUrl)] is { Length: > 0 })
            services.AddSingleton<TrackingLinkIssuer>(provider => (id, cancellationToken) => provider.GetRequiredService<RecipientLinks>().IssueAsync(id, cancellationToken));
        // Links and their failures live in real time, whatever the domain's clock does.
        services.AddSingleton(provider => new TrackingLinks(provider.GetRequiredService<IDataProtectionProvider>(), TimeProvider.System));
        services.AddSingleton(provider => new LinkFailures(TimeProvider.System, provider.GetRequiredService<PushStatistics>()));
    }

    /// <summary>Who can read the keys can make links, so a new folder is this account's alone.</summary>
    static DirectoryInfo KeysFolder(string folder)
        => OperatingSystem.IsWindows() || Directory.Exists(folder)
            ? new DirectoryInfo(folder)
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    static void AddFeeds(IServiceCollection services)
    {
        services.AddSingleton(provider => new FleetFeed(provider.GetRequiredService<PushStatistics>(), provider.GetRequiredService<PushClock>().Real));
        services.TryAddSingleton<KnowledgeSource>();
        services.AddSingleton<ViewerFeeds>().AddSingleton<LeaseKeeper>().AddSingleton<Following>().AddSingleton<Instructing>();
        services.AddSingleton<IUpdateSink>(provider => provider.GetRequiredService<ViewerFeeds>());
        services.AddHostedService(provider => provider.GetRequiredService<ViewerFeeds>());
        services.AddHostedService(provider => provider.GetRequiredService<LeaseKeeper>());
    }

    static void AddHub(IServiceCollection services)
        => services.AddSingleton<HubLifetimeManager<TrackingHub>, OpenConnections>().AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = Limits.ViewerMessageMaxBytes;
            options.MaximumParallelInvocationsPerClient = 1;
        }).AddJsonProtocol(options =>
        {
            options.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.PayloadSerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });

    static void AddTrustedProxies(IServiceCollection services, IConfigurationSection section)
        => services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in section.GetSection(nameof(PushOptions.TrustedProxies)).Get<string[]>() ?? [])
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
                if (IPAddress.TryParse(proxy, out var address))
                    options.KnownProxies.Add(address);
                else
                    options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        });
}
