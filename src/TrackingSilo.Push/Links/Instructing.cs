using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Links;

/// <summary>What came of an instruction. <see cref="Result"/>: <c>accepted</c>, <c>refused</c>, <c>received</c> (the log has it, the answer comes with the view), <c>limited</c>, <c>unavailable</c>.</summary>
/// <param name="Because">With <c>refused</c>: why.</param>
/// <param name="Possible">With <c>refused</c>: what is still possible.</param>
public sealed record InstructionReply(string Result, string? Because = null, IReadOnlyList<InstructionKind>? Possible = null);

/// <summary>Brings an instruction into the log and waits for what its shipment says to it.</summary>
sealed class Instructing(ICommandLog commands, ITrackingEngine engine, PushStatistics statistics, PushClock clock)
{
    readonly AttemptLimiter _limiter = new(Limits.InstructionsPerMinute, Limits.LimiterSlots, clock.Real);

    public async ValueTask<InstructionReply> TakeAsync(ShipmentId id, Command command, CancellationToken cancellationToken)
    {
        if (!_limiter.TryCount(id.Value))
            return new InstructionReply("limited");
        try
        {
            await commands.AppendAsync(id, command, cancellationToken);
        }
        catch (IOException)
        {
            // The log did not take it. The page says so, and sends the same command again when asked to.
            return new InstructionReply("unavailable");
        }
        statistics.InstructionTaken();
        return await VerdictAsync(id, command, cancellationToken);
    }

    // The command is durable in the log; the shipment answers when it has come to it, in a moment or after a restart.
    async ValueTask<InstructionReply> VerdictAsync(ShipmentId id, Command command, CancellationToken cancellationToken)
    {
        var start = clock.Real.GetTimestamp();
        var have = default(ViewVersion);
        while (clock.Real.GetElapsedTime(start) < Limits.InstructionPatience)
        {
            var answer = await engine.FollowAsync(id, have, Viewer.Recipient, null, cancellationToken);
            if (answer.View is { View: var view } published)
            {
                have = published.Version;
                if (view.Instruction is { } instruction && instruction.CommandId == command.Id)
                    return instruction.Accepted ? new InstructionReply("accepted") : new InstructionReply("refused", instruction.RefusedBecause, view.PossibleInstructions);
            }
            await Task.Delay(Limits.InstructionPoll, clock.Real, cancellationToken);
        }
        return new InstructionReply("received");
    }
}
