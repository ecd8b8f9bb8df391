using TrackingSilo.Domain.Time;
using TrackingSilo.Simulation.Sending;

namespace TrackingSilo.Simulation.Demo;

/// <summary>Sends a source's messages when their time comes: most to Kafka, a few over HTTP. Keeps the ledger of them.</summary>
sealed class DemoFeed(IMessageSource source, ClockSchedule clock, TimeProvider time, KafkaSender sender, Ledger ledger) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Playback _playback = new(clock, time);
    volatile GatewayShare? _gateway;
    Task _playing = Task.CompletedTask;

    public long Sent => _playback.Sent;

    /// <summary>Whether there is nothing left to send.</summary>
    public bool IsOver => _playing.IsCompleted;

    public GatewayShare? Gateway => _gateway;

    public KafkaSender Sender => sender;

    public void Start() => _playing = Task.Run(() => _playback.PlayAsync(source.Messages(), Send, _stop.Token));

    /// <summary>From now on a few messages take the way over HTTP.</summary>
    public void OpenGateway(ServerApi api) => _gateway = new GatewayShare(api, clock.Speed);

    /// <summary>Stops sending; completes when all that was sent has been acknowledged.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _playing;
        if (_gateway is { } gateway)
            await gateway.CompleteAsync();
        await sender.FlushAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        sender.Dispose();
    }

    void Send(SimulatedMessage message)
    {
        ledger.Record(message);
        if (_gateway?.TryTake(message) != true)
            sender.Send(message);
    }
}
