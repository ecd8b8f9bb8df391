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
    public void A_van_that_serves_every_stop_reaches_and_leaves_each()
    {
        var progress = new RouteProgress(Ground.Street(stops: 10, spacing: 400, serviceSeconds: 60));
        var reached = new List<int>();
        var left = new List<int>();
        var second = 0.0;
        void See(double east)
        {
            var change = progress.Advance(Ground.Fix(second, east));
            reached.AddRange(Enumerable.Range(change.ArrivedFrom, change.ArrivedTo - change.ArrivedFrom));
            left.AddRange(Enumerable.Range(change.DoneFrom, change.DoneTo - change.DoneFrom));
            second += 5;
        }

        for (var east = -2000.0; east < 0; east += 50)
            See(east);
        for (var stop = 0; stop < 10; stop++)
        {
            for (var i = 0; i < 12; i++)
                See(stop * 400);
            for (var east = 50.0; east < 400; east += 50)
                See((stop * 400) + east);
        }

        Assert.Equal(Enumerable.Range(0, 10), reached);
        Assert.Equal(Enumerable.Range(0, 10), left);
    }
}
