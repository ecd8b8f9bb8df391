namespace TrackingSilo.Domain.Geofences;

public enum FenceEdgeKind : byte
{
    Entered,
    Exited,
}

/// <summary>A vehicle went into a fence, or out of one.</summary>
/// <param name="FenceId">Its <see cref="Geofence.Id"/>.</param>
/// <param name="Kind">Which way.</param>
/// <param name="At">Event time of the first fix on the new side.</param>
public readonly record struct FenceEdge(string FenceId, FenceEdgeKind Kind, DateTimeOffset At);
