using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>What a van's GPS device reports of a tour, and what goes wrong with it.</summary>
static class VanDrive
{
    static readonly TimeSpan s_whileDriving = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_whileStanding = TimeSpan.FromSeconds(30);

    public static IEnumerable<SimulatedMessage> Of(TourPlan tour)
    {
        var faults = tour.City.Faults;
        var noise = Seeds.For(tour.City.Seed, "gps noise", tour.Day, tour.Index);
        var luck = Seeds.For(tour.City.Seed, "gps faults", tour.Day, tour.Index);
        var gap = Span(faults.HasFlag(Fault.GpsGaps) && luck.Chance(0.5), 2, 8);
        var skewed = Span(faults.HasFlag(Fault.SkewedClocks) && luck.Chance(0.25), 2, 5);
        var held = new List<SimulatedMessage>();
        // The device counts on from day to day.
        var sequence = tour.FirstManifest * 100_000;
        foreach (var (at, spot, speed, heading) in Course(tour))
        {
            var kind = Fault.None;
            var reported = at;
            var place = new Spot(spot.Along + noise.Normal(4), spot.Across + noise.Normal(4));
            if (at >= skewed.From && at < skewed.To)
            {
                kind |= Fault.SkewedClocks;
                reported += TimeSpan.FromMinutes(11);
            }
            else if (faults.HasFlag(Fault.Outliers) && luck.Chance(0.004))
            {
                kind |= Fault.Outliers;
                place = new Spot(spot.Along + luck.Between(8_000, 60_000), spot.Across - luck.Between(8_000, 60_000));
            }
            var accuracy = noise.Between(3, 12);
            if (kind == Fault.None && faults.HasFlag(Fault.Inaccurate) && luck.Chance(0.003))
            {
                kind |= Fault.Inaccurate;
                accuracy = luck.Between(600, 1_500);
                place = new Spot(spot.Along + luck.Normal(400), spot.Across + luck.Normal(400));
            }
            var fix = new Fix
            {
                Place = Town.Place(place), At = reported, AccuracyMetres = MathF.Round((float)accuracy, 1),
                SpeedMetresPerSecond = MathF.Round((float)speed, 1), HeadingDegrees = MathF.Round((float)heading), Sequence = sequence++,
            };
            var inGap = at >= gap.From && at < gap.To;
            var sendAt = (inGap ? gap.To : at) + CityMessages.Latency;
            var message = new SimulatedMessage(
                sendAt, MessageTopic.Positions, tour.Vehicle.Value, Wire.Position(tour.Vehicle, fix), new FixFact(tour.Vehicle, reported))
            {
                Faults = kind | (inGap ? Fault.GpsGaps : Fault.None),
            };
            if (inGap)
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

        (DateTimeOffset From, DateTimeOffset To) Span(bool there, double least, double most)
        {
            if (!there)
                return (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
            var from = tour.DepartsAt + (luck.NextDouble() * 0.6 * (tour.EndsAt - tour.DepartsAt));
            return (from, from + luck.Minutes(least, most));
        }
    }

    // Where the van truly is at each instant at which its device looks.
    static IEnumerable<(DateTimeOffset At, Spot Spot, double Speed, double Heading)> Course(TourPlan tour)
    {
        var at = tour.DepartsAt;
        var heading = 0.0;
        for (var i = 1; i < tour.Waypoints.Count; i++)
        {
            var (from, to) = (tour.Waypoints[i - 1], tour.Waypoints[i]);
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
