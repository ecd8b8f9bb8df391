using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

public class RouteProgressTests
{
    [Fact]
    public void A_bus_that_is_seen_every_200_seconds_passes_several_stops_at_once()
    {
        var progress = new RouteProgress(Ground.Street(stops: 40, spacing: 300, serviceSeconds: 10));
        progress.Advance(Ground.Fix(0, 0));
        for (var poll = 1; poll <= 8; poll++)
            progress.Advance(Ground.Fix(poll * 200, poll * 1340));

        Assert.Equal((8 * 1340 / 300) + 1, progress.NextStop);
    }

    [Fact]
    public void Stops_passed_between_two_fixes_get_the_times_between_them()
    {
        var progress = new RouteProgress(Ground.Street(stops: 40, spacing: 300, serviceSeconds: 0));
        progress.Advance(Ground.Fix(0, 100));
        progress.Advance(Ground.Fix(20, 150));
        var change = progress.Advance(Ground.Fix(220, 1350));

        Assert.Equal((1, 5), (change.DoneFrom, change.DoneTo));
        Assert.Equal(4, change.DoneCount);
        for (var stop = 1; stop < 5; stop++)
            Assert.Equal(20 + (((stop * 300) - 150) / 6.0), (progress.DoneAt(stop)!.Value - Ground.Noon).TotalSeconds, tolerance: 2.0);
    }

    [Fact]
    public void A_van_that_serves_every_stop_reaches_and_leaves_each_once()
    {
        var van = new SimulatedVan(seed: 1, stops: 60, noiseMetres: 4, fixSeconds: 5);
        var progress = new RouteProgress(van.Plan);
        var states = new StopState[van.Plan.Count];
        foreach (var (fix, _, _) in van.Log)
        {
            var change = progress.Advance(fix);
            for (var stop = change.ArrivedFrom; stop < change.ArrivedTo; stop++)
            {
                Assert.Equal(StopState.Pending, states[stop]);
                states[stop] = StopState.Arrived;
                Assert.NotNull(progress.ArrivedAt(stop));
            }
            for (var stop = change.DoneFrom; stop < change.DoneTo; stop++)
            {
                Assert.NotEqual(StopState.Done, states[stop]);
                states[stop] = StopState.Done;
                Assert.True(progress.ArrivedAt(stop) <= progress.DoneAt(stop));
            }
            Assert.Equal(change.DoneTo - change.DoneFrom, change.DoneCount);
        }
        Assert.All(states, state => Assert.Equal(StopState.Done, state));
    }

    [Theory]
    [InlineData(3, 5, 0.01, 0.15)]
    [InlineData(10, 10, 0.01, 0.15)]
    [InlineData(10, 30, 0.02, 0.15)]
    [InlineData(20, 10, 0.02, 0.30)]
    public void In_narrow_streets_progress_is_seldom_ahead_of_the_van_and_not_far_behind(double noise, double fixSeconds, double aheadMax, double behindMax)
    {
        int fixes = 0, ahead = 0, behind = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var van = new SimulatedVan(seed, stops: 60, noise, fixSeconds);
            var progress = new RouteProgress(van.Plan);
            foreach (var (fix, reached, left) in van.Log)
            {
                progress.Advance(fix);
                fixes++;
                ahead += progress.NextStop - 1 > reached ? 1 : 0;
                behind += left + 1 - progress.NextStop >= 2 ? 1 : 0;
                Assert.InRange(progress.NextStop - 1 - reached, int.MinValue, 3);
            }
            // The last doors of a street may be too near to each other to tell which were served; scans can.
            Assert.InRange(progress.NextStop, van.Plan.Count - 3, van.Plan.Count);
        }
        Assert.InRange(ahead / (double)fixes, 0, aheadMax);
        Assert.InRange(behind / (double)fixes, 0, behindMax);
    }

    [Fact]
    public void A_van_that_drives_by_the_far_end_of_its_tour_does_not_jump_there()
    {
        // Out along one street, back along the next one, 60 m away; the depot lies at the end of both.
        var places = Enumerable.Range(0, 20).Select(i => (i * 100.0, 0.0)).Concat(Enumerable.Range(0, 20).Select(i => ((19 - i) * 100.0, 60.0)));
        var progress = new RouteProgress(RoutePlan.From(Ground.Manifest(60, [.. places])));
        for (var i = 0; i <= 40; i++)
            progress.Advance(Ground.Fix(i * 5, 2400 - (i * 60), 60, speed: 12));

        Assert.Equal(0, progress.NextStop);
    }

    [Fact]
    public void A_vehicle_that_is_seen_first_in_the_middle_of_its_tour_is_found_there()
    {
        var progress = new RouteProgress(Ground.Street(stops: 100, spacing: 300, serviceSeconds: 10));
        for (var poll = 0; poll < 3; poll++)
            progress.Advance(Ground.Fix(poll * 200, 15_100 + (poll * 1200), 20));

        Assert.Equal(((15_100 + 2400) / 300) + 1, progress.NextStop);
    }

    [Fact]
    public void A_bus_on_its_way_back_through_the_same_street_is_not_thought_to_be_on_its_way_out()
    {
        var places = Enumerable.Range(0, 30).Select(i => (i * 300.0, 0.0)).Concat(Enumerable.Range(0, 30).Select(i => ((29 - i) * 300.0, 15.0)));
        var progress = new RouteProgress(RoutePlan.From(Ground.Manifest(10, [.. places])));
        var next = 0;
        for (var metres = 0.0; metres < 17_000; metres += 1100)
        {
            var back = metres > 8700;
            progress.Advance(Ground.Fix(metres / 6, back ? 17_400 - metres : metres, back ? 10 : 2) with { HeadingDegrees = back ? 270 : 90, SpeedMetresPerSecond = 6 });
            Assert.True(progress.NextStop >= next);
            next = progress.NextStop;
        }
        Assert.InRange(next, 56, 58);
    }

    [Fact]
    public void Nothing_a_fix_can_say_moves_progress_back_or_out_of_its_plan()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var plan = RoutePlan.From(Ground.Manifest(random.Next(2) == 0 ? null : 30, [.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => (random.Next(3_000) * 1.0, random.Next(3_000) * 1.0))]));
            var progress = new RouteProgress(plan);
            var done = new HashSet<int>();
            var second = 0.0;
            for (var i = 0; i < 100; i++)
            {
                second += random.Next(4) == 0 ? random.Next(4_000) : random.Next(30);
                var before = progress.NextStop;
                var near = plan.Count > 0 && random.Next(2) == 0 ? plan.PlaceOf(random.Next(plan.Count)) : Ground.At(random.Next(3_000), random.Next(3_000));
                var change = progress.Advance(Ground.Fix(second, 0, 0, random.Next(5) * 60, random.Next(20)) with { Place = near });
                if (plan.Count > 0 && random.Next(10) == 0)
                {
                    var stop = random.Next(plan.Count);
                    Assert.Equal(done.Add(stop) && stop >= change.DoneTo, progress.MarkDone(stop, Ground.Noon.AddSeconds(second)));
                }
                done.UnionWith(Enumerable.Range(0, progress.NextStop));
                Assert.InRange(progress.NextStop, before, plan.Count);
                Assert.Equal(done.Count, progress.DoneCount);
                for (var stop = 0; stop < plan.Count; stop++)
                {
                    Assert.Equal(done.Contains(stop), progress.StateOf(stop) == StopState.Done);
                    Assert.True(progress.RemainingMetresTo(stop) >= 0);
                    Assert.True(progress.RemainingServiceSecondsTo(stop, 60) >= 0);
                }
            }
        }
    }

    [Fact]
    public void Written_and_read_again_progress_goes_on_as_if_nothing_had_happened()
    {
        var van = new SimulatedVan(seed: 3, stops: 120, noiseMetres: 8, fixSeconds: 10);
        var one = new RouteProgress(van.Plan);
        var other = new RouteProgress(van.Plan);
        var buffer = new byte[RouteProgress.PackedMaxBytes];
        var i = 0;
        foreach (var (fix, _, _) in van.Log)
        {
            var length = other.WriteTo(buffer);
            Assert.InRange(length, 1, 400);
            other = RouteProgress.Read(buffer.AsSpan(0, length), van.Plan);
            Assert.Equal(one.Advance(fix), other.Advance(fix));
            Assert.Equal(one.RemainingMetresTo(119), other.RemainingMetresTo(119));
            if (i++ % 100 == 50)
                Assert.Equal(one.MarkDone(Math.Min(119, one.NextStop + 5), fix.At), other.MarkDone(Math.Min(119, one.NextStop + 5), fix.At));
            for (var stop = Math.Max(0, one.NextStop - 8); stop < Math.Min(120, one.NextStop + 2); stop++)
            {
                Assert.Equal(one.ArrivedAt(stop), other.ArrivedAt(stop));
                Assert.Equal(one.DoneAt(stop), other.DoneAt(stop));
            }
        }
        Assert.True(one.NextStop > 100);
    }

    [Fact]
    public void Bytes_that_are_not_progress_are_refused()
    {
        var plan = Ground.Street(stops: 50, spacing: 100);
        var progress = new RouteProgress(plan);
        progress.Advance(Ground.Fix(0, 10));
        progress.MarkDone(30, Ground.Noon);
        var buffer = new byte[RouteProgress.PackedMaxBytes];
        var whole = buffer[..progress.WriteTo(buffer)];
        var random = new Random(1);
        for (var i = 0; i < 5_000; i++)
        {
            var bent = whole[..random.Next(1, whole.Length + 1)];
            bent[random.Next(bent.Length)] = (byte)random.Next(256);
            try
            {
                var read = RouteProgress.Read(bent, plan);
                read.Advance(Ground.Fix(100, 500));
            }
            catch (InvalidDataException)
            {
                // The one refusal that is promised.
            }
        }
        Assert.Throws<InvalidDataException>(() => RouteProgress.Read(whole, Ground.Street(stops: 49, spacing: 100)));
    }

    [Fact]
    public void A_new_version_of_the_plan_keeps_what_was_done_by_the_stops_ids()
    {
        var old = new RouteProgress(Ground.Street(stops: 10, spacing: 400));
        old.MarkDone(0, Ground.Noon);
        old.MarkDone(1, Ground.Noon);
        old.MarkDone(5, Ground.Noon);
        old.Advance(Ground.Fix(60, 800, speed: 0));
        Assert.Equal(StopState.Arrived, old.StateOf(2));

        var stops = old.Plan.Manifest.Stops;
        var plan = RoutePlan.From(old.Plan.Manifest with { Version = 2, Stops = [stops[0], stops[2], stops[7], stops[5], stops[3]] });
        var carried = RouteProgress.Carry(old, plan);

        Assert.Equal([StopState.Done, StopState.Arrived, StopState.Pending, StopState.Done, StopState.Pending], Enumerable.Range(0, 5).Select(carried.StateOf));
        Assert.Equal((1, 2), (carried.NextStop, carried.DoneCount));
        Assert.Equal(0, RouteProgress.Carry(null, plan).DoneCount);
    }

    [Fact]
    public void Tomorrows_stops_of_the_same_names_are_not_done_today()
    {
        var today = With(Ground.Street(stops: 3, spacing: 400), 1, ["a/1"], ["a/2"], []);
        var old = new RouteProgress(today);
        for (var i = 0; i < 3; i++)
            old.MarkDone(i, Ground.Noon);

        var tomorrow = RouteProgress.Carry(old, With(today, 2, ["a/3"], ["a/4"], []));
        Assert.Equal((0, 0), (tomorrow.NextStop, tomorrow.DoneCount));

        // Who was not at home comes again, on another stop of the day.
        Assert.Equal(0, RouteProgress.Carry(old, With(today, 2, ["a/3"], ["a/4"], ["a/1"])).DoneCount);

        // The same tour: a stop that keeps a shipment, and one that has none left.
        Assert.Equal(2, RouteProgress.Carry(old, With(today, 2, ["a/1", "a/5"], ["a/6"], [])).DoneCount);
        Assert.Equal(3, RouteProgress.Carry(old, With(today, 2, ["a/1"], [], [])).DoneCount);

        static RoutePlan With(RoutePlan plan, long version, params string[][] shipments) => RoutePlan.From(plan.Manifest with
        {
            Version = version,
            Stops = [.. plan.Manifest.Stops.Zip(shipments, (stop, ids) => stop with { Shipments = [.. ids.Select(ShipmentId.Parse)] })],
        });
    }

    [Fact]
    public void The_way_to_a_stop_is_the_way_to_the_next_one_and_the_plan_from_there()
    {
        var progress = new RouteProgress(Ground.Street(stops: 10, spacing: 400, serviceSeconds: 60));
        progress.Advance(Ground.Fix(0, -300));
        Assert.Equal(300, progress.RemainingMetresTo(0), tolerance: 1.0);
        Assert.Equal(300 + 1200, progress.RemainingMetresTo(3), tolerance: 5.0);
        Assert.Equal(180, progress.RemainingServiceSecondsTo(3, 0));

        progress.Advance(Ground.Fix(40, 0, speed: 0));
        Assert.Equal(0, progress.RemainingMetresTo(0));
        Assert.Equal(180, progress.RemainingServiceSecondsTo(3, 0));
        progress.Advance(Ground.Fix(65, 0, speed: 0));
        Assert.Equal(155, progress.RemainingServiceSecondsTo(3, 0), tolerance: 0.1);
    }
}
