using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Consumers;

namespace TrackingSilo.Server;

/// <summary>Runs the program. Failures that a person can mend end it with one sentence and exit code 1, not with a stack.</summary>
static class Sentences
{
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            await StartAsync(app);
            await app.WaitForShutdownAsync();
            if (app.Services.GetService<KafkaIngestion>()?.StopReason is not { } reason)
                return Environment.ExitCode;
            Console.Error.WriteLine(reason);
        }
        catch (Exception failure) when (failure is InvalidOperationException or StoreHeldException or StoreTooNewException or IOException or CarrierFileException)
        {
            Console.Error.WriteLine(failure.Message);
        }
        return 1;
    }

    // What had started before the failure ends in good order: else each part reports that it was cancelled.
    static async Task StartAsync(WebApplication app)
    {
        app.Services.GetServices<IHostedService>(); // makes them: one that cannot be made fails here, where there is nothing to end (the host could not)
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.StopAsync();
            throw;
        }
    }
}
