using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Tests.Hosting;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Tests.Feeds;

/// <summary>One tick at a time, with writers that end their writes when the test says so.</summary>
public sealed class ViewerFeedsTests : IDisposable
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    static readonly FleetArea s_everywhere = new(-90, -180, 90, 180);

    readonly FakeTimeProvider _time = new();
    readonly PushStatistics _statistics = new();
    readonly FleetFeed _fleet;
    readonly ViewerFeeds _feeds;

    public ViewerFeedsTests()
    {
        _fleet = new FleetFeed(_statistics, _time);
        _feeds = new ViewerFeeds(_fleet, new PushClock(_time), _statistics);
    }

    public void Dispose() => _feeds.Dispose();

    [Fact]
    public void A_slow_viewer_has_one_write_under_way_and_gets_only_the_newest_after_it()
    {
        var slow = new Writer { Reads = false };
        var quick = new Writer();
        Follow(Samples.Id, slow);
        Follow(Samples.Id, quick);

        for (var number = 1; number <= 50; number++)
        {
            Publish(Samples.Id, number);
            _feeds.Distribute();
        }
        Assert.Equal([1L], slow.Numbers);
        Assert.Equal(Enumerable.Range(1, 50).Select(n => (long)n), quick.Numbers);

        slow.Read();
        _feeds.Distribute();
        Assert.Equal([1L, 50L], slow.Numbers);
        Assert.Equal(48, _statistics.ViewsConflated);
    }

    [Fact]
    public void A_viewer_that_takes_nothing_is_cut_after_the_limit()
    {
        var slow = new Writer { Reads = false };
        Follow(Samples.Id, slow);
        Publish(Samples.Id, 1);
        _feeds.Distribute();

        _time.Advance(Limits.SlowViewerCut - TimeSpan.FromSeconds(1));
        Publish(Samples.Id, 2);
        _feeds.Distribute();
        Assert.False(slow.Aborted);

        _time.Advance(TimeSpan.FromSeconds(1));
        Publish(Samples.Id, 3);
        _feeds.Distribute();
        Assert.True(slow.Aborted);
        Assert.Equal(1, _statistics.SlowViewersCut);
    }

    [Fact]
    public void Changes_between_two_ticks_are_one_write_and_an_idle_viewer_gets_none()
    {
        var viewer = new Writer();
        var idle = new Writer();
        Follow(Samples.Id, viewer);
        Follow(ShipmentId.Parse("brisk/IDLE"), idle);

        Publish(Samples.Id, 1);
        Publish(Samples.Id, 2);
        Publish(Samples.Id, 3);
        _feeds.Distribute();
        _feeds.Distribute();

        Assert.Equal([3L], viewer.Numbers);
        Assert.Equal(0, idle.Writes);
    }

    [Fact]
    public void Where_only_the_van_has_moved_only_that_is_said_and_it_never_takes_the_place_of_more()
    {
        var (quick, slow) = (new Writer(), new Writer { Reads = false });
        Follow(Samples.Id, quick);
        Publish(1, Samples.OutForDelivery(s_now, 9));
        _feeds.Distribute();
        Follow(Samples.Id, slow);
        Publish(2, Samples.OutForDelivery(s_now, 8));
        _feeds.Distribute();
        Publish(3, Samples.OutForDelivery(s_now, 7));
        _feeds.Distribute();
        Publish(4, Samples.Late(s_now));
        _feeds.Distribute();
        Publish(5, Samples.Late(s_now) with { StopsAway = 6 });
        _feeds.Distribute();
        slow.Read();
        _feeds.Distribute();

        Assert.Equal([1L, 2L, 3L, 4L, 5L], quick.Numbers);
        Assert.Equal([2L, 3L, 5L], quick.Moves);
        // The move of version 5 was folded into the change of version 4, which it had not been sent.
        Assert.Equal([2L, 5L], slow.Numbers);
        Assert.Empty(slow.Moves);
    }

    [Fact]
    public void One_who_has_a_version_that_this_feed_has_not_seen_is_sent_a_whole_view_first()
    {
        var (known, unknown) = (new Writer(), new Writer());
        Follow(Samples.Id, known);
        Publish(1, Samples.OutForDelivery(s_now, 9));
        _feeds.Distribute();
        // As after a lapse: version 2 was looked at by polling, and may differ in anything.
        _feeds.Answered(_feeds.Begin(Connection(unknown), Samples.Id, 0, out _)!, new ViewVersion(1, 2));
        Publish(3, Samples.OutForDelivery(s_now, 8));
        _feeds.Distribute();
        Publish(4, Samples.OutForDelivery(s_now, 7));
        _feeds.Distribute();

        Assert.Equal([3L, 4L], known.Moves);
        Assert.Equal([3L, 4L], unknown.Numbers);
        Assert.Equal([4L], unknown.Moves);
    }

    [Fact]
    public void Each_version_is_made_into_JSON_once_however_many_look()
    {
        for (var i = 0; i < 50; i++)
            Follow(Samples.Id, new Writer { Makes = true });
        Publish(1, Samples.OutForDelivery(s_now, 9));
        _feeds.Distribute();
        Publish(2, Samples.OutForDelivery(s_now, 8));
        _feeds.Distribute();

        Assert.Equal(2, _statistics.ViewsSerialised);
    }

    [Fact]
    public void All_shipments_of_a_viewer_come_in_one_write()
    {
        var viewer = new Writer();
        var connection = Connection(viewer);
        var ids = Enumerable.Range(0, 20).Select(n => ShipmentId.Parse($"brisk/N{n}")).ToArray();
        foreach (var id in ids)
            Follow(id, connection);
        foreach (var id in ids)
            Publish(id, 1);

        _feeds.Distribute();

        Assert.Equal((1, 20), (viewer.Writes, viewer.Numbers.Count));
    }

    [Fact]
    public void An_older_view_of_the_same_run_is_never_sent()
    {
        var viewer = new Writer();
        Follow(Samples.Id, viewer);
        foreach (var number in (long[])[5, 4, 5, 3])
        {
            Publish(Samples.Id, number);
            _feeds.Distribute();
        }
        Assert.Equal([5L], viewer.Numbers);
    }

    [Fact]
    public void Nothing_is_sent_before_the_answer_is_decided_and_then_only_what_supersedes_it()
    {
        var viewer = new Writer();
        var follow = _feeds.Begin(Connection(viewer), Samples.Id, 0, out _)!;
        Publish(Samples.Id, 7);
        _feeds.Distribute();
        Assert.Empty(viewer.Numbers);

        _feeds.Answered(follow, new ViewVersion(1, 6));
        _feeds.Distribute();
        Assert.Equal([7L], viewer.Numbers);
    }

    [Fact]
    public void A_higher_epoch_ends_followers_of_lower_ones_only()
    {
        var (old, recent) = (new Writer(), new Writer());
        Follow(Samples.Id, old, epoch: 1);
        Follow(Samples.Id, recent, epoch: 2);

        Publish(Samples.Id, 1, epoch: 2);
        _feeds.Distribute();
        Publish(Samples.Id, 2, epoch: 2);
        _feeds.Distribute();

        Assert.Equal((1, 0), (old.Ends, old.Numbers.Count));
        Assert.Equal([1L, 2L], recent.Numbers);
        Assert.Equal((1, 1), (_statistics.Follows, _statistics.FollowersEnded));
    }

    [Fact]
    public void A_newer_link_goes_on_where_an_older_one_was_revoked()
    {
        var viewer = new Writer();
        var connection = Connection(viewer);
        Follow(Samples.Id, connection, epoch: 0);
        Publish(Samples.Id, 1, epoch: 1);
        Follow(Samples.Id, connection, epoch: 1);
        _feeds.Distribute();
        Publish(Samples.Id, 2, epoch: 1);
        _feeds.Distribute();
        Assert.Equal((0, 2L), (viewer.Ends, viewer.Numbers[^1]));

        Publish(Samples.Id, 3, epoch: 2);
        _feeds.Distribute();
        Follow(Samples.Id, connection, epoch: 2);
        Publish(Samples.Id, 4, epoch: 2);
        _feeds.Distribute();
        Assert.Equal((1, 4L), (viewer.Ends, viewer.Numbers[^1]));
        Assert.Equal(1, _statistics.Follows);
    }

    [Fact]
    public void A_connection_follows_a_limited_number_of_shipments_and_leaves_nothing_behind()
    {
        var connection = Connection(new Writer());
        for (var i = 0; i < Limits.FollowsPerConnectionMax; i++)
            Assert.NotNull(_feeds.Begin(connection, ShipmentId.Parse($"brisk/N{i}"), 0, out _));
        Assert.Null(_feeds.Begin(connection, ShipmentId.Parse("brisk/ONE-MORE"), 0, out _));
        Assert.NotNull(_feeds.Begin(connection, ShipmentId.Parse("brisk/N0"), 0, out _));
        Assert.Equal(Limits.FollowsPerConnectionMax, _statistics.Follows);

        _feeds.Drop(connection);
        Assert.Equal(0, _statistics.Follows);
        Assert.Equal(0, _feeds.FollowedShipments);
    }

    [Fact]
    public void A_fleet_page_that_missed_a_message_gets_the_whole_fleet_next()
    {
        var page = new Writer();
        var watcher = _fleet.Watch(page)!;
        _fleet.Begin(watcher, [Samples.Vehicle(1, s_now), Samples.Vehicle(2, s_now)]);
        _fleet.Look(watcher, s_everywhere, null);
        _feeds.Distribute();
        page.Reads = false;
        _time.Advance(Limits.FleetTick);
        _feeds.Publish(Samples.Vehicle(1, s_now));
        _feeds.Distribute();
        _feeds.Publish(Samples.Vehicle(3, s_now));
        _time.Advance(Limits.FleetTick);
        _feeds.Distribute();
        Assert.Equal(["all 2", "changed 1"], page.Fleets);

        page.Read();
        _time.Advance(Limits.FleetTick);
        _feeds.Distribute();
        Assert.Equal(["all 2", "changed 1", "all 3"], page.Fleets);

        _fleet.Leave(watcher);
        Assert.False(_feeds.FleetIsWatched);
    }

    [Fact]
    public void A_fleet_page_is_sent_what_is_in_view_what_leaves_it_and_whoever_is_in_trouble_anywhere()
    {
        var page = new Writer();
        var watcher = _fleet.Watch(page)!;
        var (near, far) = (Samples.Vehicle(1, s_now), Samples.Vehicle(2, s_now, north: 3) with { LateSeconds = 1_200 });
        _fleet.Begin(watcher, [near, far, Samples.Vehicle(3, s_now, north: 3)]);
        _feeds.Distribute();
        Assert.Equal("all 0, attention 1, of 3", page.LastFleet);

        _fleet.Look(watcher, new FleetArea(near.Place.Latitude - 0.1, near.Place.Longitude - 0.1, near.Place.Latitude + 0.1, near.Place.Longitude + 0.1), null);
        _feeds.Distribute();
        Assert.Equal("all 1, attention 1, of 3", page.LastFleet);
        _time.Advance(Limits.FleetTick);
        _feeds.Publish(far with { SeenAt = s_now.AddSeconds(5), LateSeconds = 30 });
        _feeds.Distribute();
        Assert.Equal("changed 0, attention 0, of 3", page.LastFleet);
        _time.Advance(Limits.FleetTick);
        _feeds.Publish(near with { Place = far.Place });
        _feeds.Distribute();
        Assert.Equal("changed 1, attention 0, of 3", page.LastFleet);

        _fleet.Look(watcher, null, "van-003");
        _feeds.Distribute();
        Assert.Equal("all 0, attention 0, of 3, found 1", page.LastFleet);
    }

    [Theory]
    [InlineData(179.9, true)]
    [InlineData(-179.9, true)]
    [InlineData(0, false)]
    public void A_map_may_lie_across_the_antimeridian(double longitude, bool isIn)
        => Assert.Equal(isIn, new FleetArea(-10, 170, 10, -170).Holds(Domain.Geography.GeoPoint.Create(0, longitude)));

    void Follow(ShipmentId id, Writer writer, int epoch = 0) => Follow(id, Connection(writer), epoch);

    void Follow(ShipmentId id, ViewerConnection connection, int epoch = 0) => _feeds.Answered(_feeds.Begin(connection, id, epoch, out _)!, default);

    ViewerConnection Connection(Writer writer) => new(writer, _statistics, _time);

    void Publish(long number, ShipmentView view) => _feeds.Publish(new PublishedView(Samples.Id, new ViewVersion(1, number), null, 0, view));

    void Publish(ShipmentId id, long number, int epoch = 0)
        => _feeds.Publish(new PublishedView(id, new ViewVersion(1, number), null, epoch, Samples.Registered(s_now)));

    sealed class Writer : IViewerWriter, IFleetWriter
    {
        TaskCompletionSource? _underWay;

        /// <summary>Whether it takes what is written at once.</summary>
        public bool Reads { get; set; } = true;

        /// <summary>Whether it makes the messages, as a hub connection does.</summary>
        public bool Makes { get; init; }

        public bool Aborted { get; private set; }

        public int Writes { get; private set; }

        public int Ends { get; private set; }

        public List<long> Numbers { get; } = [];

        /// <summary>Those of them that said only how the van has moved.</summary>
        public List<long> Moves { get; } = [];

        public List<string> Fleets { get; } = [];

        public string LastFleet { get; private set; } = "";

        public Task WriteAsync(IReadOnlyList<ViewerNews> news, WireMoment moment)
        {
            foreach (var item in news.Where(item => Makes && item.View is not null))
                Assert.NotEqual(0, (item.Whole ? item.View!.Changed(moment) : item.View!.Moved(moment)).Length);
            Assert.True(_underWay is null, "two writes at once");
            Writes++;
            Ends += news.Count(item => item.View is null);
            Numbers.AddRange(news.Where(item => item.View is not null).Select(item => item.View!.Version.Number));
            Moves.AddRange(news.Where(item => item is { View: not null, Whole: false }).Select(item => item.View!.Version.Number));
            return Take();
        }

        public Task WriteAsync(ReadOnlyMemory<byte> message)
        {
            var fleet = System.Text.Json.JsonDocument.Parse(message[..^1]).RootElement.GetProperty("arguments")[0];
            LastFleet = $"{(fleet.GetProperty("all").GetBoolean() ? "all" : "changed")} {fleet.GetProperty("vehicles").GetArrayLength()}, attention {fleet.GetProperty("attention").GetArrayLength()}, of {fleet.GetProperty("sums").GetProperty("vehicles")}"
                + (fleet.TryGetProperty("found", out var found) ? $", found {found.GetArrayLength()}" : "");
            Fleets.Add($"{(fleet.GetProperty("all").GetBoolean() ? "all" : "changed")} {fleet.GetProperty("vehicles").GetArrayLength()}");
            return Take();
        }

        public void Abort() => Aborted = true;

        public void Read()
        {
            Reads = true;
            var done = _underWay;
            _underWay = null;
            done?.SetResult();
        }

        Task Take()
        {
            if (Reads)
                return Task.CompletedTask;
            _underWay = new TaskCompletionSource();
            return _underWay.Task;
        }
    }
}
