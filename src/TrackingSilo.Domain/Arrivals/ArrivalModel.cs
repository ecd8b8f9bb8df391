using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// What was learned about travel times, service times and our own errors, as an immutable snapshot: <see cref="ArrivalLearner"/> makes one, actors read it from any thread.
/// However it is asked, an estimate is a number, not inverted, and neither its median nor its high end lies in the past.
/// </summary>
public sealed class ArrivalModel
{
    /// <summary>Metres a second of road, where nothing was learned: city traffic with its lights.</summary>
    public const double DefaultMetresPerSecond = 7;

    /// <summary>Metres of road for a metre of great circle (Boscoe et al. 2012 find 1.2 to 1.4 for trips by car).</summary>
    public const double DefaultDetour = 1.3;

    /// <summary>At a stop, where neither plan nor past say how long it takes.</summary>
    public const double DefaultServiceSeconds = 120;

    /// <summary>The share of arrivals that a window should contain.</summary>
    public const float Coverage = 0.9f;

    /// <summary>Before anything was learned.</summary>
    public static readonly ArrivalModel Untrained = new(new Dictionary<string, short>(), new Dictionary<SpeedKey, SpeedSum>(), [], ErrorBands.Untrained, ErrorBands.Untrained);

    // Nothing is estimated farther ahead than that.
    const double SecondsMax = 30 * 86_400;
    const double DefaultSecondsPerMetre = DefaultDetour / DefaultMetresPerSecond;

    // What is known about the coarser level counts as much as so many metres seen at the finer one: some ten legs.
    const double PriorMetres = 5_000;

    // What is known about the streets around a leg counts as much as so many metres of the leg itself.
    const double LegPriorMetres = 800;

    // No carrier of this name was learned.
    const short Unknown = -1;

    readonly IReadOnlyDictionary<string, short> _carriers;
    readonly IReadOnlyDictionary<SpeedKey, SpeedSum> _speeds;
    readonly float[] _serviceSeconds;
    readonly ErrorBands _underWay;
    readonly ErrorBands _waiting;

    internal ArrivalModel(
        IReadOnlyDictionary<string, short> carriers, IReadOnlyDictionary<SpeedKey, SpeedSum> speeds, float[] serviceSeconds, ErrorBands underWay, ErrorBands waiting)
    {
        _carriers = carriers;
        _speeds = speeds;
        _serviceSeconds = serviceSeconds;
        _underWay = underWay;
        _waiting = waiting;
    }

    /// <summary>An estimate from metres along the plan (great circles) and seconds of service on the way, by the speed of all carriers.</summary>
    public ArrivalEstimate Estimate(double remainingMetres, double remainingServiceSeconds, DateTimeOffset now, in VehiclePace pace)
    {
        var perMetre = Sum(SpeedKey.Everything).Credible(DefaultSecondsPerMetre, PriorMetres);
        return Estimate((Positive(remainingMetres) * perMetre * pace.Factor) + Positive(remainingServiceSeconds), true, now, now);
    }

    /// <summary>
    /// An estimate from seconds that were to go at <paramref name="asOf"/> (the newest fix), made <paramref name="now"/>. A vehicle that is silent for
    /// longer than it had to go is expected at any moment.
    /// </summary>
    /// <param name="underWay">Whether the vehicle has left its first stop.</param>
    public ArrivalEstimate Estimate(double secondsToGo, bool underWay, DateTimeOffset asOf, DateTimeOffset now)
    {
        var seconds = Positive(secondsToGo);
        var silent = Math.Clamp((now - asOf).TotalSeconds, 0, SecondsMax);
        // The window is as wide as at the time of the fix: silence makes nothing surer.
        var (shift, early, late) = (underWay ? _underWay : _waiting).At(seconds);
        var median = Math.Max(0, seconds + shift - silent);
        return new ArrivalEstimate(After(now, median), After(now, Math.Max(0, median - early)), After(now, median + late), Coverage);
    }

    /// <summary>Learned seconds for a metre of great circle, detours included.</summary>
    public double SecondsPerMetre(string carrier, GeoPoint place, DateTimeOffset at)
        => SecondsPerMetre(NumberOf(carrier), place, at);

    /// <summary>Learned seconds that this carrier's vehicles stay at a stop to which the plan gives no time.</summary>
    public double ServiceSeconds(string carrier)
        => _carriers.TryGetValue(carrier, out var number) && number < _serviceSeconds.Length ? _serviceSeconds[number] : DefaultServiceSeconds;

    /// <summary>A plan in learned seconds, for a vehicle that is at <paramref name="from"/> now: each leg in its cell, at the hour in which it will be driven.</summary>
    public RouteTimes TimesFor(string carrier, RoutePlan plan, GeoPoint from, DateTimeOffset now)
    {
        var number = NumberOf(carrier);
        var service = ServiceSeconds(carrier);
        var travel = new float[plan.Count];
        var seconds = 0.0;
        for (var stop = 1; stop < plan.Count; stop++)
        {
            var clock = seconds + plan.ServiceSecondsBetween(0, stop, service);
            var around = SecondsPerMetre(number, plan.PlaceOf(stop), After(now, Math.Min(clock, SecondsMax)));
            seconds += plan.LegMetres(stop) * Sum(SpeedKey.OfLeg(number, plan.PlaceOf(stop - 1), plan.PlaceOf(stop))).Credible(around, LegPriorMetres);
            travel[stop] = (float)seconds;
        }
        return new RouteTimes(plan, travel, SecondsPerMetre(number, from, now), service);
    }

    short NumberOf(string carrier) => _carriers.TryGetValue(carrier, out var number) ? number : Unknown;

    double SecondsPerMetre(short carrier, GeoPoint place, DateTimeOffset at)
    {
        var known = Sum(SpeedKey.Everything).Credible(DefaultSecondsPerMetre, PriorMetres);
        if (carrier == Unknown)
            return known;
        var cell = SpeedKey.CellOf(place);
        known = Sum(SpeedKey.OfCarrier(carrier)).Credible(known, PriorMetres);
        known = Sum(new SpeedKey(carrier, cell, SpeedKey.AnyHour)).Credible(known, PriorMetres);
        return Sum(new SpeedKey(carrier, cell, SpeedKey.HourOf(at))).Credible(known, PriorMetres);
    }

    SpeedSum Sum(SpeedKey key) => _speeds.GetValueOrDefault(key);

    static double Positive(double value) => value > 0 ? Math.Min(value, SecondsMax * 1000) : 0;

    static DateTimeOffset After(DateTimeOffset now, double seconds)
    {
        var room = (DateTimeOffset.MaxValue - now).TotalSeconds;
        return seconds < room ? now.AddSeconds(Math.Min(seconds, SecondsMax * 2)) : DateTimeOffset.MaxValue;
    }
}
