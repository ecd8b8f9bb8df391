using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Tests.Vehicles;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Arrivals;

public class CountdownLadderTests
{
    static CountdownLadder Usual() => new(CountdownLadder.DefaultMinutes);

    static List<(int Minutes, int Stop)> Cross(CountdownLadder ladder, int next, int count, double vehicleSecond, double secondsPerStop = 300)
    {
        var crossings = new RungCrossing[64];
        var told = new List<(int, int)>();
        int found;
        do
        {
            found = ladder.Cross(next, count, vehicleSecond, (now, stop) => (stop * 300) - now, crossings);
            told.AddRange(crossings.Take(found).Select(c => (ladder.MinutesOf(c.Rung), c.Stop)));
        }
        while (found == crossings.Length);
        return told;
    }

    [Fact]
    public void Each_stop_comes_within_each_rung_once()
    {
        var ladder = Usual();
        var told = new List<(int Minutes, int Stop)>();
        for (var second = -4_000.0; second < 15_000; second += 7)
            told.AddRange(Cross(ladder, Math.Max(0, (int)Math.Ceiling(second / 300)), 50, second));
        Assert.Equal(
            CountdownLadder.DefaultMinutes.ToArray().SelectMany(minutes => Enumerable.Range(0, 50).Select(stop => (minutes, stop))),
            told.OrderByDescending(t => t.Minutes).ThenBy(t => t.Stop));
    }

    [Fact]
    public void An_estimate_that_grows_again_tells_nothing_twice()
    {
        var ladder = Usual();
        Assert.NotEmpty(Cross(ladder, 0, 10, 0));
        Assert.Empty(Cross(ladder, 0, 10, -3_000));
        Assert.Empty(Cross(ladder, 0, 10, 0));
    }

    [Fact]
    public void Stops_that_are_done_are_skipped_and_no_number_is_not_within()
    {
        var ladder = Usual();
        Assert.DoesNotContain(Cross(ladder, 5, 10, 0), t => t.Stop < 5);
        Assert.Equal(0, Usual().Cross(0, 10, 0, (_, _) => double.NaN, new RungCrossing[8]));
    }

    [Fact]
    public void Work_does_not_depend_on_the_number_of_stops()
    {
        var asked = 0;
        var ladder = Usual();
        var crossings = new RungCrossing[512];
        for (var second = 0.0; second < 60_000; second += 10)
        {
            ladder.Cross((int)(second / 300), 200, second, (now, stop) =>
            {
                asked++;
                return (stop * 300) - now;
            }, crossings);
        }
        // One question a rung and fix, and one for each crossing.
        Assert.InRange(asked, 1, (6_000 * 5) + (200 * 5));
    }

    [Fact]
    public void A_small_room_is_filled_and_the_rest_told_next_time()
    {
        var ladder = Usual();
        var all = new List<RungCrossing>();
        var room = new RungCrossing[3];
        int found;
        while ((found = ladder.Cross(0, 10, 0, (_, _) => 0, room)) > 0)
            all.AddRange(room.Take(found));
        Assert.Equal(50, all.Distinct().Count());
        Assert.Equal(50, all.Count);
    }

    [Fact]
    public void Written_and_read_again_nothing_is_told_twice_and_other_rungs_begin_anew()
    {
        var ladder = Usual();
        Cross(ladder, 0, 10, 0);
        var bytes = new byte[CountdownLadder.PackedMaxBytes];
        var length = ladder.WriteTo(bytes);

        var same = Usual();
        same.Read(bytes.AsSpan(0, length));
        Assert.Empty(Cross(same, 0, 10, 0));
        var other = new CountdownLadder(30, 10);
        other.Read(bytes.AsSpan(0, length));
        Assert.NotEmpty(Cross(other, 0, 10, 0));
    }

    [Fact]
    public void A_new_plan_keeps_what_was_told_about_the_stops_at_its_start()
    {
        var old = Ground.Street(stops: 10, spacing: 100);
        var ladder = new CountdownLadder(30);
        Assert.Equal(7, Cross(ladder, 0, 10, 0).Count);
        var stops = old.Manifest.Stops;
        ladder.Carry(old, RoutePlan.From(old.Manifest with { Version = 2, Stops = [stops[3], stops[4], stops[8], stops[5]] }));
        Assert.True(ladder.HasCrossed(0, 1));
        Assert.False(ladder.HasCrossed(0, 2));
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 1, 2 })]
    [InlineData(new[] { 5, 5 })]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 90, 80, 70, 60, 50, 40, 30, 20, 10 })]
    public void A_ladder_that_is_none_is_refused(int[] minutes)
        => Assert.Throws<ArgumentException>(() => new CountdownLadder(minutes));
}
