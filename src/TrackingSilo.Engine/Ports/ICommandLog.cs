using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Engine.Ports;

/// <summary>The way in for what recipients ask: a command is a record in the log like any other input, and is acted on when it is consumed.</summary>
public interface ICommandLog
{
    /// <summary>Completes when the log has acknowledged the command.</summary>
    /// <exception cref="IOException">The log did not take it; the same command may be sent again.</exception>
    ValueTask AppendAsync(ShipmentId id, Command command, CancellationToken cancellationToken);
}
