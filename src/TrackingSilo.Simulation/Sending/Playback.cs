using TrackingSilo.Domain.Time;

namespace TrackingSilo.Simulation.Sending;

/// <summary>Hands on messages when a schedule says that their time has come.</summary>
public sealed class Playback(ClockSchedule schedule, TimeProvider time)
{
    /// <summary>Messages due within this are handed on together: finer than anybody sees, coarse enough to leave the processor alone.</summary>
    static readonly TimeSpan s_grain = TimeSpan.FromMilliseconds(20);

    /// <summary>Messages handed on so far.</summary>
    public long Sent { get; private set; }

    /// <summary>How far in domain time it has come.</summary>
    public DateTimeOffset Position { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Ends with the messages, or when it is cancelled; a message is then handed on or not, never half.</summary>
    public async Task PlayAsync(IEnumerable<SimulatedMessage> messages, Action<SimulatedMessage> send, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            var wait = schedule.ToReal(message.SendAt) - time.GetUtcNow();
            if (wait > s_grain)
            {
                try
                {
                    await Task.Delay(wait, time, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return; // the end of the run, not of anything else
                }
            }
            send(message);
            Sent++;
            Position = message.SendAt;
        }
    }
}
