using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>What a van's GPS device reports of a tour, and what goes wrong with it.</summary>
sealed class VanDrive
{
    static readonly TimeSpan s_whileDriving = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_whileStanding = TimeSpan.FromSeconds(30);

    // More than clocks differ by themselves.
    static readonly TimeSpan s_skew = TimeSpan.FromMinutes(11);

    readonly TourPlan _tour;
    readonly Random _noise;
    readonly Random _luck;
    readonly (DateTimeOffset From, DateTimeOffset To) _gap;
    readonly (DateTimeOffset From, DateTimeOffset To) _skewed;
    long _sequence;

    VanDrive(TourPlan tour)
    {
        _tour = tour;
        _noise = Seeds.For(tour.City.Seed, "gps noise", tour.Day, tour.Index);
        _luck = Seeds.For(tour.City.Seed, "gps faults", tour.Day, tour.Index);
        _gap = Span(Has(Fault.GpsGaps) && _luck.Chance(0.5), 2, 8);
        _skewed = Span(Has(Fault.SkewedClocks) && _luck.Chance(0.25), 2, 5);
        _sequence = tour.FirstManifest * 100_000; // the device counts on from day to day
    }

    /// <summary>In order of sending: what was taken without coverage comes when it is back.</summary>
    public static IEnumerable<SimulatedMessage> Of(TourPlan tour)
    {
        var drive = new VanDrive(tour);
        var held = new List<SimulatedMessage>();
        foreach (var (at, spot, speed, heading) in drive.Course())
        {
            var message = drive.Report(at, spot, speed, heading);
            if (message.Faults.HasFlag(Fault.GpsGaps))
            {
                held.Add(message);
                continue;
            }
            foreach (var late in held)
                yield return late;
            held.Clear();
            yield return message;
        }
        foreach (var late in held)
            yield return late;
    }

    SimulatedMessage Report(DateTimeOffset at, Spot spot, double speed, double heading)
    {
        var fault = FaultOf(at);
        var reported = fault == Fault.SkewedClocks ? at + s_skew : at;
        var (along, across, accuracy) = (_noise.Normal(4), _noise.Normal(4), _noise.Between(3, 12));
        (along, across, accuracy) = fault switch
        {
            Fault.Outliers => (_luck.Between(8_000, 60_000), -_luck.Between(8_000, 60_000), accuracy),
            Fault.Inaccurate => (_luck.Normal(400), _luck.Normal(400), _luck.Between(600, 1_500)),
            _ => (along, across, accuracy),
        };
        var fix = new Fix
        {
            Place = Town.Place(new Spot(spot.Along + along, spot.Across + across)), At = reported, AccuracyMetres = MathF.Round((float)accuracy, 1),
            SpeedMetresPerSecond = MathF.Round((float)speed, 1), HeadingDegrees = MathF.Round((float)heading), Sequence = _sequence++,
        };
        var inGap = at >= _gap.From && at < _gap.To;
        return new SimulatedMessage(
            (inGap ? _gap.To : at) + CityMessages.Latency, MessageTopic.Positions, _tour.Vehicle.Value, Wire.Position(_tour.Vehicle, fix), new FixFact(_tour.Vehicle, reported))
        {
            Faults = fault | (inGap ? Fault.GpsGaps : Fault.None),
        };
    }

    // One at a time, so that each can be told from the others.
    Fault FaultOf(DateTimeOffset at)
        => at >= _skewed.From && at < _skewed.To ? Fault.SkewedClocks
            : Has(Fault.Outliers) && _luck.Chance(0.004) ? Fault.Outliers
            : Has(Fault.Inaccurate) && _luck.Chance(0.003) ? Fault.Inaccurate
            : Fault.None;

    bool Has(Fault fault) => _tour.City.Faults.HasFlag(fault);

    (DateTimeOffset From, DateTimeOffset To) Span(bool there, double least, double most)
    {
        if (!there)
            return (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        var from = _tour.DepartsAt + (_luck.NextDouble() * 0.6 * (_tour.EndsAt - _tour.DepartsAt));
        return (from, from + _luck.Minutes(least, most));
    }

    // Where the van truly is at each instant at which its device looks.
    IEnumerable<(DateTimeOffset At, Spot Spot, double Speed, double Heading)> Course()
    {
        var at = _tour.DepartsAt;
        var heading = 0.0;
        for (var i = 1; i < _tour.Waypoints.Count; i++)
        {
            var (from, to) = (_tour.Waypoints[i - 1], _tour.Waypoints[i]);
            var seconds = (to.At - from.At).TotalSeconds;
            var metres = Math.Abs(to.Spot.Along - from.Spot.Along) + Math.Abs(to.Spot.Across - from.Spot.Across);
            var moving = metres > 0.5;
            if (moving)
                heading = Town.HeadingDegrees(from.Spot, to.Spot);
            for (; at < to.At; at += moving ? s_whileDriving : s_whileStanding)
            {
                var share = (at - from.At).TotalSeconds / seconds;
                var spot = new Spot(
                    from.Spot.Along + (share * (to.Spot.Along - from.Spot.Along)), from.Spot.Across + (share * (to.Spot.Across - from.Spot.Across)));
                yield return (at, spot, moving ? metres / seconds : 0, heading);
            }
        }
    }
}
