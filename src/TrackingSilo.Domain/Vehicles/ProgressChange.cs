namespace TrackingSilo.Domain.Vehicles;

/// <summary>Where a vehicle stands with one stop of its plan. It only ever goes up.</summary>
public enum StopState : byte
{
    Pending,

    /// <summary>It is there.</summary>
    Arrived,

    /// <summary>It has been there and left, has gone by, or a scan says that the stop is done.</summary>
    Done,
}

/// <summary>
/// What one fix changed: the stops that became <see cref="StopState.Arrived"/> and those that became <see cref="StopState.Done"/>, as half-open ranges of
/// indices. The times are <see cref="RouteProgress.ArrivedAt"/> and <see cref="RouteProgress.DoneAt"/>. A stop that one fix both reached and passed is only in
/// the second; one in it that a scan had marked as done before did not become so now, and <see cref="DoneCount"/> leaves it out.
/// </summary>
public readonly record struct ProgressChange(int ArrivedFrom, int ArrivedTo, int DoneFrom, int DoneTo, int DoneCount)
{
    public static readonly ProgressChange None;

    public bool Any => ArrivedTo > ArrivedFrom || DoneTo > DoneFrom;
}
