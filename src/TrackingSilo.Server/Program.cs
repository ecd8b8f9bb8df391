using TrackingSilo.Ingestion;
using TrackingSilo.Ingestion.Gateway;
using TrackingSilo.Notifications;
using TrackingSilo.Push;
using TrackingSilo.Server;
using TrackingSilo.Server.Fences;
using TrackingSilo.Server.Queries;
using TrackingSilo.Storage;

if (args is ["show", ..])
    return await ShowCommand.RunAsync(args[1..], Console.Out, Console.Error);
if (args is ["verify", ..])
    return await VerifyCommand.RunAsync(args[1..], Console.Out, Console.Error);

return await Sentences.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder([.. args.Select(argument => argument == "--accept-gap" ? "--Kafka:AcceptGap=true" : argument)]);
    var services = builder.Services;
    var settings = builder.Configuration;

    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // it reports with its stack what Sentences says
    services.AddDomainClock(settings);
    services.AddAccess(settings);
    services.AddMerchants(settings);
    services.AddGeofences(settings);
    services.AddTrackingStore(settings);
    var role = builder.AddTrackingEngine();         // from here on actors live, here or on other machines …
    if (role.HasActors())
    {
        services.AddFenceRegistry();                // … among fences …
        services.AddNotifications(settings);        // … what they decide leaves …
    }
    if (role.HasViewers())
        services.AddTrackingPush(settings);         // … what they show is seen …
    if (role.HasActors())
        services.AddKafkaIngestion(settings);       // … and the log reaches them.
    else
        services.AddKafkaGateway(settings);
    if (settings["Engine"] != "orleans")
        services.AddQueries();                      // they ask the store of a server that is alone
    services.AddOperations(settings);

    var app = builder.Build();
    if (role.HasViewers())
        app.MapTrackingPush().MapTrackingGateway();
    if (role.HasActors())
        app.MapFences();
    if (settings["Engine"] != "orleans")
        app.MapQueries();
    app.MapOperations();
    return app;
});
