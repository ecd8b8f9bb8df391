using TrackingSilo.Domain.Arrivals;

namespace TrackingSilo.Domain.Tests.Arrivals;

public class VehiclePaceTests
{
    [Fact]
    public void Nothing_known_is_as_expected()
        => Assert.Equal(1, default(VehiclePace).Factor);

    [Fact]
    public void A_slow_day_shows_after_some_stretches_and_is_forgotten_after_some_others()
    {
        var pace = default(VehiclePace);
        for (var i = 0; i < 30; i++)
            pace = pace.Observe(120, 180);
        Assert.InRange(pace.Factor, 1.05, 1.15);
        for (var i = 0; i < 90; i++)
            pace = pace.Observe(120, 120);
        Assert.InRange(pace.Factor, 1, 1.05);
    }

    [Fact]
    public void One_long_stop_does_not_ruin_a_day()
    {
        var pace = default(VehiclePace);
        for (var i = 0; i < 20; i++)
            pace = pace.Observe(120, 120);
        Assert.InRange(pace.Observe(120, 7_200).Factor, 1, 1.06);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(0, 100)]
    [InlineData(100, 0)]
    [InlineData(-5, 100)]
    [InlineData(100, double.PositiveInfinity)]
    public void What_says_nothing_changes_nothing(double expected, double actual)
        => Assert.Equal(default, default(VehiclePace).Observe(expected, actual));

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(float.PositiveInfinity, 1)]
    [InlineData(100, 3600)]
    [InlineData(1, float.NaN)]
    public void Bytes_that_were_not_ours_make_no_absurd_factor(float mean, float seconds)
        => Assert.InRange(new VehiclePace(mean, seconds).Factor, 0.3, 3.1);
}
