using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Tests.Vehicles;

namespace TrackingSilo.Domain.Tests.Arrivals;

public class ScoredEstimatesTests
{
    // A stop every minute, the first one a minute away.
    static double SecondsTo(int from, int stop) => (stop - from + 1) * 60.0;

    static void Make(ScoredEstimates scored, int from, double minutes)
        => scored.Make(from, 500, true, Ground.Noon.AddMinutes(minutes), ArrivalModel.Untrained, from, SecondsTo);

    [Fact]
    public void Every_horizon_that_has_a_stop_gets_its_score_when_the_truth_comes()
    {
        var scored = new ScoredEstimates();
        var scores = new List<ArrivalScore>();
        Make(scored, 0, 0);
        for (var stop = 0; stop < 500; stop++)
            scored.Settle(stop, Ground.Noon.AddMinutes(stop + 1), "acme", scores);

        Assert.Equal(12, scores.Select(score => ArrivalHorizons.BucketOf(score.HorizonSeconds)).Distinct().Count());
        Assert.All(scores, score => Assert.Equal(0, score.ErrorSeconds, tolerance: 1));
        Assert.All(scores, score => Assert.True(score.InWindow));
    }

    [Fact]
    public void Frequent_fixes_are_not_scored_more_often_than_horizons_ask_for()
    {
        var scored = new ScoredEstimates();
        var made = 0;
        for (var second = 0; second < 600; second++)
        {
            if (!scored.IsDue(Ground.Noon.AddSeconds(second)))
                continue;
            made++;
            Make(scored, 0, second / 60.0);
        }
        Assert.InRange(made, 2, 40);
    }

    [Fact]
    public void What_nobody_knows_the_truth_of_teaches_nothing_and_waits_no_longer()
    {
        var scored = new ScoredEstimates();
        var scores = new List<ArrivalScore>();
        Make(scored, 0, 0);
        for (var stop = 0; stop < 500; stop++)
            scored.Settle(stop, null, "acme", scores);
        for (var stop = 0; stop < 500; stop++)
            scored.Settle(stop, Ground.Noon, "acme", scores);
        Assert.Empty(scores);
    }

    [Fact]
    public void A_vehicle_that_had_been_there_before_came_at_once_and_not_earlier()
    {
        var scored = new ScoredEstimates();
        var scores = new List<ArrivalScore>();
        Make(scored, 0, 0);
        for (var stop = 0; stop < 500; stop++)
            scored.Settle(stop, Ground.Noon.AddHours(-2), "acme", scores);
        Assert.All(scores, score => Assert.Equal(-score.HorizonSeconds, score.ErrorSeconds, tolerance: 0.01));
    }
}
