using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>One completed leg of a vehicle, and the stop at its end.</summary>
/// <param name="Carrier">Whose vehicle.</param>
/// <param name="From">Where the leg began.</param>
/// <param name="To">Where it ended: a stop's place.</param>
/// <param name="Metres">Great-circle metres of the leg, as plans count them.</param>
/// <param name="TravelSeconds">From leaving the stop before to reaching this one.</param>
/// <param name="ServiceSeconds">From reaching it to leaving it; NaN where unknown.</param>
/// <param name="At">When it was completed (event time).</param>
public readonly record struct LegObservation(
    string Carrier, GeoPoint From, GeoPoint To, double Metres, double TravelSeconds, double ServiceSeconds, DateTimeOffset At);

/// <summary>What became of a window.</summary>
public enum WindowOutcome : byte
{
    /// <summary>The vehicle came within it.</summary>
    Held,

    CameBefore,
    CameAfter,
}

/// <summary>What became of one estimate.</summary>
/// <param name="Carrier">Whose vehicle.</param>
/// <param name="HorizonSeconds">How far away the stop was reckoned when it was made, before our usual error was taken into account.</param>
/// <param name="ErrorSeconds">True arrival minus what was reckoned: positive when it came later.</param>
/// <param name="ShownErrorSeconds">True arrival minus the median that was shown.</param>
/// <param name="WidthSeconds">Of the window that was shown.</param>
/// <param name="Outcome">Of the window that was shown.</param>
/// <param name="UnderWay">Whether the vehicle had left its first stop when it was made.</param>
/// <param name="At">When the vehicle came (event time).</param>
public readonly record struct ArrivalScore(
    string Carrier, bool UnderWay, double HorizonSeconds, double ErrorSeconds, double ShownErrorSeconds, double WidthSeconds, WindowOutcome Outcome, DateTimeOffset At)
{
    public bool InWindow => Outcome == WindowOutcome.Held;
}
