namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// When a vehicle arrives: never one instant, always a window. <see cref="Low"/> ≤ <see cref="Median"/> ≤ <see cref="High"/>.
/// </summary>
/// <param name="Median">Half of the arrivals come before it.</param>
/// <param name="Low">Start of the window.</param>
/// <param name="High">End of the window; never before the moment at which it was made.</param>
/// <param name="Coverage">Share of arrivals, 0 to 1, that the window should contain.</param>
public readonly record struct ArrivalEstimate(DateTimeOffset Median, DateTimeOffset Low, DateTimeOffset High, float Coverage);
