using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>One completed leg of a vehicle, and the stop at its end.</summary>
/// <param name="Carrier">Whose vehicle.</param>
/// <param name="Place">Where the leg began or ended: it is learned for the cell of this place.</param>
/// <param name="Metres">Great-circle metres of the leg, as plans count them.</param>
/// <param name="TravelSeconds">From leaving the stop before to reaching this one.</param>
/// <param name="ServiceSeconds">From reaching it to leaving it; NaN where unknown.</param>
/// <param name="At">When it was completed (event time).</param>
public readonly record struct LegObservation(string Carrier, GeoPoint Place, double Metres, double TravelSeconds, double ServiceSeconds, DateTimeOffset At);

/// <summary>What became of one estimate that was shown.</summary>
/// <param name="HorizonSeconds">How long before its median it was made.</param>
/// <param name="ErrorSeconds">True arrival minus median: positive when it came later.</param>
/// <param name="InWindow">Whether the truth lay in the window that was shown.</param>
public readonly record struct ArrivalScore(double HorizonSeconds, double ErrorSeconds, bool InWindow);
