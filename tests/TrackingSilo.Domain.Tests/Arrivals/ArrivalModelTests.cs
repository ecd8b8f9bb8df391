using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Tests.Vehicles;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Arrivals;

public class ArrivalModelTests
{
    static readonly double[] Hostile =
        [0, -0.0, 1, -1, 30, 1e-300, 600, 7_200, 1e9, 1e300, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon];

    static LegObservation Leg(double metresPerSecond, double service = double.NaN, double hour = 0, string carrier = "acme", double metres = 500)
        => new(carrier, Ground.At(0, -metres), Ground.At(0, 0), metres, metres / metresPerSecond, service, Ground.Noon.AddHours(hour));

    /// <summary>The truth about a stop that was reckoned so far away, a minute after the truth before.</summary>
    static ArrivalScore Score(double horizon, double error, ArrivalEstimate shown, int number)
    {
        var truth = Ground.Noon.AddSeconds(horizon + error);
        var outcome = truth < shown.Low ? WindowOutcome.CameBefore : truth > shown.High ? WindowOutcome.CameAfter : WindowOutcome.Held;
        return new ArrivalScore("acme", true, horizon, error, (truth - shown.Median).TotalSeconds, (shown.High - shown.Low).TotalSeconds, outcome, Ground.Noon.AddMinutes(number));
    }

    static void AssertSound(ArrivalEstimate estimate, DateTimeOffset now)
    {
        Assert.InRange(estimate.Low, now, estimate.Median);
        Assert.InRange(estimate.Median, estimate.Low, estimate.High);
        Assert.InRange(estimate.Coverage, 0.01f, 1f);
    }

    [Fact]
    public void No_estimate_however_asked_is_inverted_or_in_the_past()
    {
        foreach (var model in new[] { ArrivalModel.Untrained, HostilelyTrained().Snapshot() })
        {
            foreach (var now in new[] { Ground.Noon, DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            {
                foreach (var a in Hostile)
                {
                    foreach (var b in Hostile)
                    {
                        AssertSound(model.Estimate(a, b, now, default), now);
                        AssertSound(model.Estimate(a, b, now, new VehiclePace((float)b, (float)a)), now);
                        AssertSound(model.Estimate(a, true, Ground.Noon, now), now);
                        AssertSound(model.Estimate(a, false, Ground.Noon, now), now);
                    }
                }
            }
        }
    }

    static ArrivalLearner HostilelyTrained()
    {
        var learner = new ArrivalLearner();
        foreach (var a in Hostile)
        {
            foreach (var b in Hostile)
            {
                learner.Observe(new LegObservation("acme", GeoPoint.Create(90, 180), GeoPoint.Create(90, 180), a, b, a, Ground.Noon));
                learner.Observe(new LegObservation("acme", GeoPoint.Create(-90, -180), GeoPoint.Create(90, -180), b, a, b, DateTimeOffset.MaxValue));
                learner.Observe(new ArrivalScore("acme", true, a, b, a, b, WindowOutcome.Held, DateTimeOffset.MaxValue));
                learner.Observe(new ArrivalScore("acme", false, a, b, a, b, WindowOutcome.CameAfter, DateTimeOffset.MinValue));
            }
        }
        return learner;
    }

    [Fact]
    public void Untrained_it_goes_by_ordinary_traffic_and_says_so_with_a_wide_window()
    {
        var estimate = ArrivalModel.Untrained.Estimate(7_000, 300, Ground.Noon, default);
        var seconds = (estimate.Median - Ground.Noon).TotalSeconds;
        Assert.Equal((7_000 * 1.3 / 7) + 300, seconds, tolerance: 1);
        Assert.True((estimate.High - estimate.Low).TotalSeconds > 0.7 * seconds);
    }

    [Fact]
    public void Learned_speeds_replace_the_assumption_and_survive_a_restart()
    {
        var learner = new ArrivalLearner();
        for (var i = 0; i < 200; i++)
            learner.Observe(Leg(12, service: 30));
        foreach (var model in new[] { learner.Snapshot(), ArrivalLearner.Load(learner.Save()).Snapshot() })
        {
            Assert.Equal(1 / 12.0, model.SecondsPerMetre("acme", Ground.At(0, 0), Ground.Noon), tolerance: 0.002);
            Assert.Equal(30, model.ServiceSeconds("acme"), tolerance: 5.0);
            Assert.Equal(ArrivalModel.DefaultServiceSeconds, model.ServiceSeconds("other"));
        }
    }

    [Fact]
    public void A_few_legs_move_an_estimate_a_little_and_many_all_the_way()
    {
        var learner = new ArrivalLearner();
        var place = Ground.At(0, 0);
        double Learned() => learner.Snapshot().SecondsPerMetre("acme", place, Ground.Noon);
        var untrained = Learned();
        learner.Observe(Leg(3));
        var one = Learned();
        for (var i = 0; i < 500; i++)
            learner.Observe(Leg(3));
        var many = Learned();

        Assert.InRange(one, untrained * 1.01, untrained + (0.5 * ((1 / 3.0) - untrained)));
        Assert.Equal(1 / 3.0, many, tolerance: 0.01);
    }

    [Fact]
    public void An_hour_and_a_place_have_their_own_speed_where_they_were_driven_often()
    {
        var learner = new ArrivalLearner();
        for (var i = 0; i < 300; i++)
        {
            learner.Observe(Leg(10, hour: 0));
            learner.Observe(Leg(4, hour: 5));
        }
        var model = learner.Snapshot();
        var (noon, evening) = (model.SecondsPerMetre("acme", Ground.At(0, 0), Ground.Noon), model.SecondsPerMetre("acme", Ground.At(0, 0), Ground.Noon.AddHours(5)));
        Assert.True(evening > noon * 1.8, $"{evening} beside {noon}");
        // Elsewhere only the carrier's mean is known.
        Assert.InRange(model.SecondsPerMetre("acme", Ground.At(50_000, 0), Ground.Noon), noon, evening);
    }

    [Fact]
    public void A_route_in_learned_seconds_is_what_its_legs_are()
    {
        var plan = RoutePlan.From(Ground.Manifest(60, (0, 0), (700, 0), (1_400, 0)));
        var times = ArrivalModel.Untrained.TimesFor("acme", plan, Ground.At(-700, 0), Ground.Noon);
        var progress = new RouteProgress(plan);
        progress.Advance(Ground.Fix(0, -700));

        Assert.Equal(130, times.SecondsTo(0, progress, 1, Ground.Noon), tolerance: 0.5);
        Assert.Equal((3 * 130) + (2 * 60), times.SecondsTo(2, progress, 1, Ground.Noon), tolerance: 1.0);
        Assert.True(times.SecondsTo(2, progress, 1.6, Ground.Noon) > 1.5 * 3 * 130);
    }

    [Fact]
    public void From_its_first_stop_a_vehicle_does_not_leave_before_the_plan_says()
    {
        var manifest = Ground.Manifest(60, (0, 0), (700, 0), (1_400, 0));
        var waiting = manifest with { Stops = manifest.Stops.SetItem(0, manifest.Stops[0] with { PlannedAt = Ground.Noon.AddMinutes(10) }) };
        var plan = RoutePlan.From(waiting);
        var times = ArrivalModel.Untrained.TimesFor("acme", plan, Ground.At(0, 0), Ground.Noon);
        var progress = new RouteProgress(plan);
        progress.Advance(Ground.Fix(0, 0));

        Assert.Equal(600 + 130 + 60, times.SecondsTo(1, progress, 1, Ground.Noon), tolerance: 1.0);
        Assert.Equal(130 + 60, times.SecondsTo(1, progress, 1, Ground.Noon.AddMinutes(20)), tolerance: 1.0);
    }

    [Fact]
    public void A_usual_error_moves_the_median()
    {
        var learner = new ArrivalLearner();
        for (var i = 0; i < 400; i++)
            learner.Observe(Score(1_000, 90 + (i % 5), ArrivalModel.Untrained.Estimate(1_000, true, Ground.Noon, Ground.Noon), i));
        var estimate = learner.Snapshot().Estimate(1_000, true, Ground.Noon, Ground.Noon);
        Assert.Equal(1_092, (estimate.Median - Ground.Noon).TotalSeconds, tolerance: 2.0);
        // Vehicles that have not left yet have errors of their own.
        Assert.Equal(1_000, (learner.Snapshot().Estimate(1_000, false, Ground.Noon, Ground.Noon).Median - Ground.Noon).TotalSeconds, tolerance: 1.0);
    }

    [Fact]
    public void Windows_contain_the_share_of_arrivals_that_they_promise()
    {
        var learner = new ArrivalLearner();
        var random = new Random(1);
        var (inWindow, count) = (0, 0);
        for (var day = 0; day < 60; day++)
        {
            var model = learner.Snapshot();
            for (var i = 0; i < 50; i++)
            {
                // Heavy-tailed and mostly late.
                var error = (-120 * Math.Log(1 - random.NextDouble())) - 60 + (random.Next(20) == 0 ? 600 : 0);
                var estimate = model.Estimate(1_500, true, Ground.Noon, Ground.Noon);
                var score = Score(1_500, error, estimate, (day * 1440) + i);
                learner.Observe(score);
                if (day < 20)
                    continue;
                count++;
                inWindow += score.InWindow ? 1 : 0;
            }
        }
        Assert.InRange(inWindow / (double)count, 0.87, 0.93);
    }

    [Fact]
    public void Windows_follow_when_errors_grow_and_come_back()
    {
        var learner = new ArrivalLearner();
        var random = new Random(2);
        var number = 0;
        double Width()
        {
            var estimate = learner.Snapshot().Estimate(900, true, Ground.Noon, Ground.Noon);
            return (estimate.High - estimate.Low).TotalSeconds;
        }

        void Live(int arrivals, double spread)
        {
            for (var i = 0; i < arrivals; i++)
            {
                var estimate = learner.Snapshot().Estimate(900, true, Ground.Noon, Ground.Noon);
                var error = spread * ((random.NextDouble() * 2) - 1);
                learner.Observe(Score(900, error, estimate, ++number));
            }
        }

        Live(600, 60);
        var calm = Width();
        Live(200, 600);
        var storm = Width();
        Live(1_500, 60);
        var after = Width();
        Assert.True(storm > 2 * calm, $"{calm} {storm} {after}");
        Assert.True(after < 1.5 * calm, $"{calm} {storm} {after}");
    }

    [Fact]
    public void A_bucket_without_errors_leans_on_its_neighbours()
    {
        var learner = new ArrivalLearner();
        for (var i = 0; i < 300; i++)
            learner.Observe(Score(1_000, i % 2 == 0 ? 20 : -20, ArrivalModel.Untrained.Estimate(1_000, true, Ground.Noon, Ground.Noon), i));
        double Width(ArrivalModel model, double seconds)
        {
            var estimate = model.Estimate(seconds, true, Ground.Noon, Ground.Noon);
            return (estimate.High - estimate.Low).TotalSeconds;
        }

        var trained = learner.Snapshot();
        Assert.True(Width(trained, 1_000) < 0.3 * Width(ArrivalModel.Untrained, 1_000));
        Assert.True(Width(trained, 1_350) < 0.9 * Width(ArrivalModel.Untrained, 1_350));
        Assert.True(Width(trained, 10_000) > 0.9 * Width(ArrivalModel.Untrained, 10_000));
    }

    [Fact]
    public void A_silent_vehicle_is_expected_at_any_moment_and_its_window_stays_open()
    {
        var estimate = ArrivalModel.Untrained.Estimate(600, true, asOf: Ground.Noon, now: Ground.Noon.AddHours(1));
        Assert.Equal(Ground.Noon.AddHours(1), estimate.Median);
        Assert.True(estimate.High > estimate.Median.AddMinutes(3));
    }

    [Fact]
    public void What_is_saved_is_bounded_and_what_was_not_saved_is_refused()
    {
        var learner = HostilelyTrained();
        for (var i = 0; i < 3_000; i++)
            learner.Observe(Leg(8, carrier: $"c{i}"));
        var saved = learner.Save();
        Assert.Equal(saved, ArrivalLearner.Load(saved).Save());

        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var bent = saved[..random.Next(saved.Length + 1)];
            if (bent.Length > 0)
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
            try
            {
                var model = ArrivalLearner.Load(bent).Snapshot();
                AssertSound(model.Estimate(1_000, 60, Ground.Noon, default), Ground.Noon);
            }
            catch (InvalidDataException)
            {
                // The one refusal that is promised.
            }
        }
    }
}
