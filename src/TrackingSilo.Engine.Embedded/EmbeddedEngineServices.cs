using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Embedded;

public static class EmbeddedEngineServices
{
    /// <summary>
    /// The engine of one machine. <c>Engine:Shards</c>: loops that own actors, one a processor unless set; <c>Engine:UnsavedActorsMax</c>: changed actors that may wait for a
    /// store that is away. It starts before whatever is registered after it, and stops after that.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what it should be.</exception>
    public static IServiceCollection AddEmbeddedEngine(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = new EmbeddedEngineSettings();
        settings = settings with
        {
            Shards = Number(configuration, "Engine:Shards", 256) ?? settings.Shards,
            UnsavedActorsMax = Number(configuration, "Engine:UnsavedActorsMax", 100_000_000) ?? settings.UnsavedActorsMax,
        };
        return services
            .AddSingleton(settings)
            .AddSingleton<EmbeddedEngine>()
            .AddSingleton<ITrackingEngine>(provider => provider.GetRequiredService<EmbeddedEngine>())
            .AddHostedService<EmbeddedEngineService>();
    }

    static int? Number(IConfiguration configuration, string setting, int max)
        => configuration[setting] is not { Length: > 0 } text ? null
            : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= max ? number
            : throw new InvalidOperationException($"{setting} is '{text}': it must be a number from 1 to {max}.");
}

/// <summary>Starts the engine with the program, ends the program when the engine cannot go on, and makes all durable at the end.</summary>
sealed class EmbeddedEngineService(EmbeddedEngine engine, IHostApplicationLifetime program) : IHostedService
{
    bool _started;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.StartAsync($"{Environment.MachineName}, process {Environment.ProcessId}", cancellationToken).ConfigureAwait(false);
        _started = true;
        _ = engine.Failed.ContinueWith(
            _ =>
            {
                Environment.ExitCode = 1;
                program.StopApplication();
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    // The end is not cut short, also where others have used up the time for it: what is not durable by then is read again from the log, which takes longer.
    public Task StopAsync(CancellationToken cancellationToken)
        => _started && !engine.Failed.IsFaulted ? engine.StopAsync(CancellationToken.None) : engine.DisposeAsync().AsTask();
}
