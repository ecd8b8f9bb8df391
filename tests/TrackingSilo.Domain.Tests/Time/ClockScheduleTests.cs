using FsCheck.Fluent;
using TrackingSilo.Domain.Tests.Shipments;
using TrackingSilo.Domain.Time;
using static TrackingSilo.Domain.Tests.Shipments.Sample;

namespace TrackingSilo.Domain.Tests.Time;

public class ClockScheduleTests
{
    static readonly FsCheck.Gen<DateTimeOffset> Real = Gen.Choose(-10_000_000, 10_000_000).Select(seconds => Eight.AddSeconds(seconds).AddTicks(seconds));

    [Fact]
    public void Real_time_is_unchanged_to_the_tick()
        => Real.Holds(real => Assert.Equal((real, real), (ClockSchedule.Real.ToDomain(real), ClockSchedule.Real.ToReal(real))));

    [Fact]
    public void Domain_time_never_runs_backwards()
        => (from schedule in Any.Schedule from a in Real from b in Real select (schedule, a, b)).Holds(input =>
        {
            var (earlier, later) = input.a < input.b ? (input.a, input.b) : (input.b, input.a);
            Assert.True(input.schedule.ToDomain(earlier) <= input.schedule.ToDomain(later));
            Assert.True(input.schedule.ToReal(earlier) <= input.schedule.ToReal(later));
        }, tests: 500);

    [Fact]
    public void The_real_instant_of_a_domain_instant_is_the_one_it_came_from()
        => (from schedule in Any.Schedule from real in Real select (schedule, real)).Holds(input =>
        {
            var there = input.schedule.ToReal(input.schedule.ToDomain(input.real));
            // One tick of domain time is that many of real time.
            var tolerance = TimeSpan.FromTicks(2 + (long)(1 / input.schedule.Speed));
            Assert.InRange((there - input.real).Duration(), TimeSpan.Zero, tolerance);
        }, tests: 500);

    [Fact]
    public void Leaps_are_leapt_and_never_stood_in()
        => (from schedule in Any.Schedule from real in Real select (schedule, real)).Holds(input =>
        {
            var domain = input.schedule.ToDomain(input.real);
            Assert.DoesNotContain(input.schedule.Skips, skip => domain >= skip.From && domain < skip.To);
        }, tests: 500);

    [Fact]
    public void An_instant_that_is_leapt_over_is_reached_when_the_leap_is()
    {
        var schedule = new ClockSchedule
        {
            DomainStart = At(0), RealStart = At(10_000), Speed = 60, Skips = [new(At(120), At(600)), new(At(660), At(900))],
        };

        Assert.Equal(At(60), schedule.ToDomain(At(10_001)));
        Assert.Equal(At(600), schedule.ToDomain(At(10_002)));
        Assert.Equal(At(900), schedule.ToDomain(At(10_003)));
        Assert.Equal(At(960), schedule.ToDomain(At(10_004)));
        Assert.All([120.0, 121, 599, 600], minutes => Assert.Equal(At(10_002), schedule.ToReal(At(minutes))));
        Assert.Equal(At(10_003), schedule.ToReal(At(660)));
        Assert.Equal(At(10_004), schedule.ToReal(At(960)));
    }
}
