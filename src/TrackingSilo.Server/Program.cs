using TrackingSilo.Engine.Embedded;
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
    services.AddEmbeddedEngine(settings);           // from here on actors live …
    services.AddFenceRegistry();                    // … among fences …
    services.AddNotifications(settings);            // … what they decide leaves …
    services.AddTrackingPush(settings);             // … what they show is seen …
    services.AddKafkaIngestion(settings);           // … and the log reaches them.
    services.AddQueries();
    services.AddOperations(settings);

    var app = builder.Build();
    app.MapTrackingPush();
    app.MapTrackingGateway();
    app.MapFences();
    app.MapQueries();
    app.MapOperations();
    return app;
});
