using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Time;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Tests.Hosting;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Tests.Feeds;

public sealed class LeaseKeeperTests : IAsyncLifetime
{
    static readonly TrackingLink s_link = new(Samples.Id, 0, LinkScopes.Look, DateTimeOffset.MaxValue);

    readonly FakeTimeProvider _real = new();
    readonly PushStatistics _statistics = new();
    readonly DomainClock _time;
    readonly TestEngine _engine;
    readonly ViewerFeeds _feeds;
    readonly LeaseKeeper _keeper;
    readonly Following _following;

    public LeaseKeeperTests()
    {
        _time = new DomainClock(new ClockSchedule { DomainStart = new(2011, 10, 1, 6, 0, 0, TimeSpan.Zero), RealStart = _real.GetUtcNow(), Speed = 1200 }, _real);
        _engine = new TestEngine(_time);
        var clock = new PushClock(_time);
        _feeds = new ViewerFeeds(new FleetFeed(_statistics, _real), clock, _statistics);
        _keeper = new LeaseKeeper(_engine, _feeds, clock, _statistics, NullLogger<LeaseKeeper>.Instance);
        _following = new Following(_engine, _feeds, _keeper, clock, _statistics);
        _engine.Sink = _feeds;
        _engine.Put(Samples.InTransit(_time.GetUtcNow()));
    }

    public Task InitializeAsync() => _keeper.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _keeper.StopAsync(CancellationToken.None);
        _keeper.Dispose();
        _feeds.Dispose();
    }

    [Fact]
    public async Task A_followed_shipment_stays_watched_by_one_renewal_each_third_of_a_lease_however_many_look()
    {
        var viewers = Enumerable.Range(0, 10).Select(_ => new ViewerConnection(new NoWriter(), _statistics, _real)).ToArray();
        foreach (var viewer in viewers)
            await _following.FollowAsync(viewer, s_link, default, CancellationToken.None);
        Assert.Equal(_time.GetUtcNow() + (Limits.WatchLease * 1200), _engine.WatchedUntil(Samples.Id));

        for (var renewal = 1; renewal <= 6; renewal++)
            await AfterAThirdAsync(10 + renewal);

        Assert.True(_engine.WatchedUntil(Samples.Id) > _time.GetUtcNow());

        foreach (var viewer in viewers)
            _feeds.Drop(viewer);
        _real.Advance(Limits.WatchLease);
        await _keeper.StopAsync(CancellationToken.None);
        // Ten to begin with, then one a third; a few more where this machine dawdled.
        Assert.InRange(_engine.LeasesAsked, 16, 20);
    }

    [Fact]
    public async Task A_renewal_brings_what_was_missed_while_nobody_was_watched()
    {
        var viewer = new ViewerConnection(new NoWriter(), _statistics, _real);
        await _following.FollowAsync(viewer, s_link, default, CancellationToken.None);
        _engine.Restart();
        var missed = _engine.Put(Samples.OutForDelivery(_time.GetUtcNow(), 4));

        await AfterAThirdAsync(2);

        Assert.Equal(missed, viewer.Find(Samples.Id)!.Feed.Newest!.Version);
    }

    [Fact]
    public async Task A_shipment_that_is_gone_ends_its_followers_and_a_failing_engine_does_not()
    {
        var viewer = new ViewerConnection(new NoWriter(), _statistics, _real);
        await _following.FollowAsync(viewer, s_link, default, CancellationToken.None);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engine.BeforeAnswer = () =>
        {
            asked.TrySetResult();
            throw new InvalidOperationException("the actor is away");
        };
        await AdvanceUntilAsync(asked.Task);
        _feeds.Distribute();
        Assert.Equal(1, _statistics.Follows);

        _engine.Forget(Samples.Id);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engine.BeforeAnswer = () =>
        {
            again.TrySetResult();
            return Task.CompletedTask;
        };
        await AdvanceUntilAsync(again.Task);
        while (_statistics.Follows > 0)
        {
            _feeds.Distribute();
            await Task.Yield();
        }
        Assert.Equal(1, _statistics.FollowersEnded);
    }

    async Task AfterAThirdAsync(int leasesAsked)
    {
        // The loop sleeps in steps of a second; it is woken until it has done what a third of a lease asks for.
        for (var second = 0; second < 20; second++)
        {
            _real.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_engine.LeasesAsked < leasesAsked)
        {
            Assert.False(patience.IsCancellationRequested, $"{leasesAsked} leases expected, {_engine.LeasesAsked} asked for");
            _real.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
    }

    async Task AdvanceUntilAsync(Task happened)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!happened.IsCompleted)
        {
            Assert.False(patience.IsCancellationRequested, "no renewal came");
            _real.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
    }

    sealed class NoWriter : IViewerWriter
    {
        public Task WriteAsync(IReadOnlyList<ViewerNews> news, WireMoment moment) => Task.CompletedTask;

        public void Abort()
        {
        }
    }
}
