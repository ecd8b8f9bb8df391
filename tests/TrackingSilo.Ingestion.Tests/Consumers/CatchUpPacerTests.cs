using TrackingSilo.Ingestion.Consumers;

namespace TrackingSilo.Ingestion.Tests.Consumers;

public class CatchUpPacerTests
{
    readonly CatchUpPacer _pacer = new(TimeSpan.FromTicks(5));

    [Fact]
    public void Nobody_goes_beyond_the_slowest_by_more_than_the_spread()
    {
        var manifests = _pacer.Join(0, end: 10);
        var positions = _pacer.Join(0, end: 10);

        _pacer.Publish(manifests, 1, 100);
        Assert.True(_pacer.Limit < 100, "Nothing is known of the positions yet.");
        _pacer.Publish(positions, 1, 130);
        Assert.Equal(105, _pacer.Limit);
        _pacer.Publish(manifests, 2, 140);
        Assert.Equal(135, _pacer.Limit);
    }

    [Fact]
    public void Who_is_at_the_end_holds_nobody()
    {
        var manifests = _pacer.Join(7, end: 7);
        var positions = _pacer.Join(3, end: 10);

        _pacer.Publish(positions, 4, 130);
        Assert.Equal(135, _pacer.Limit);
        Assert.False(_pacer.IsOver);
        _pacer.Publish(manifests, 8, 110); // what came after the start counts for nothing
        Assert.Equal(135, _pacer.Limit);
        _pacer.Publish(positions, 10, 150);
        Assert.True(_pacer.IsOver);
    }

    [Fact]
    public void An_end_that_has_moved_is_to_be_reached_again()
    {
        var lane = _pacer.Join(7, end: 7);
        Assert.True(_pacer.IsOver);

        _pacer.Extend(lane, 9);
        Assert.False(_pacer.IsOver);
        _pacer.Publish(lane, 9, 100);
        Assert.True(_pacer.IsOver);
    }

    [Fact]
    public async Task Who_waits_wakes_when_the_limit_moves()
    {
        var lane = _pacer.Join(0, end: 10);
        var seen = _pacer.Limit;
        var waiting = Task.Factory.StartNew(() => _pacer.WaitForChange(seen, TimeSpan.FromSeconds(30)), TaskCreationOptions.LongRunning);

        _pacer.Publish(lane, 1, 100);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
