using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

public class RealBusesTests
{
    [Fact]
    public void Buses_polled_every_few_minutes_progress_as_their_odometers_say()
    {
        if (MadisonBuses.Find() is not { } buses)
            return;
        var windows = new Dictionary<string, FixWindow>();
        var trips = new Dictionary<string, (string Trip, RouteProgress Progress, int Fixes)>();
        var verdicts = new Dictionary<FixVerdict, int>();
        int judged = 0, near = 0, farAhead = 0;
        foreach (var poll in buses.Polls())
        {
            if (!windows.TryGetValue(poll.Bus, out var window))
                windows[poll.Bus] = window = new FixWindow();
            var verdict = window.Add(poll.Fix, poll.RecordTime);
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
            if (verdict != FixVerdict.Accepted || poll.Pattern is null)
                continue;
            if (!trips.TryGetValue(poll.Bus, out var trip) || trip.Trip != poll.Trip)
                trip = (poll.Trip, new RouteProgress(poll.Pattern.Plan), 0);
            trip.Progress.Advance(poll.Fix);
            trips[poll.Bus] = trip with { Fixes = trip.Fixes + 1 };

            // A bus whose trip was on its way when it was first seen has to be found first.
            if (trip.Fixes < 2)
                continue;
            var off = trip.Progress.NextStop - poll.Pattern.Feet.Count(feet => feet < poll.Feet);
            judged++;
            near += Math.Abs(off) <= 1 ? 1 : 0;
            farAhead += off >= 4 ? 1 : 0;
        }
        Assert.True(verdicts[FixVerdict.Accepted] > 50_000);
        Assert.True(verdicts[FixVerdict.Duplicate] > 100);
        Assert.True(verdicts[FixVerdict.ImplausibleJump] > 0);
        Assert.True(judged > 15_000);
        Assert.InRange(near / (double)judged, 0.90, 1);
        Assert.InRange(farAhead / (double)judged, 0, 0.005);
    }
}
