using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Feeds;

/// <summary>
/// Brings published views to those who follow them. An actor's thread only puts the newest view in its place and queues the feed, once; one loop does the rest: it wakes when there is
/// something, writes to each viewer concerned, and then waits a tick, in which everything newer is conflated. Idle viewers are not visited.
/// </summary>
sealed class ViewerFeeds(FleetFeed fleet, PushClock clock, PushStatistics statistics) : BackgroundService, IUpdateSink
{
    readonly ConcurrentDictionary<ShipmentId, ShipmentFeed> _feeds = [];

    // Neither can grow past the number of feeds and of connections: each is in its queue at most once.
    readonly ConcurrentQueue<ShipmentFeed> _changedFeeds = [];
    readonly ConcurrentQueue<ViewerConnection> _waitingViewers = [];
    readonly SemaphoreSlim _something = new(0, 1);
    readonly List<Follow> _scratch = [];
    readonly List<Follow> _over = [];
    int _signalled;

    public bool FleetIsWatched => fleet.IsWatched;

    public int FollowedShipments => _feeds.Count;

    public void Publish(PublishedView view)
    {
        if (_feeds.TryGetValue(view.Id, out var feed) && feed.Offer(view, statistics))
            Queue(feed);
    }

    public void Publish(in VehicleView view)
    {
        if (fleet.Offer(view))
            Signal();
    }

    /// <summary>Begins to follow, or takes up again; null when the connection follows as many as it may. Nothing is sent before <see cref="Answered"/>.</summary>
    public Follow? Begin(ViewerConnection viewer, ShipmentId id, int linkEpoch, out bool newFeed)
    {
        newFeed = false;
        var follow = viewer.Find(id);
        if (follow is null)
        {
            ShipmentFeed feed;
            do
            {
                feed = _feeds.GetOrAdd(id, static key => new ShipmentFeed(key));
                follow = new Follow(feed, viewer);
            }
            while (!feed.TryAdd(follow));
            newFeed = feed.TryLease();
            if (!viewer.TryAdd(follow))
            {
                Detach(follow);
                return null;
            }
            statistics.FollowBegun();
        }
        viewer.Answer(follow, linkEpoch);
        return follow;
    }

    /// <summary>The answer for <paramref name="follow"/> is decided: from now on, what supersedes <paramref name="version"/> is sent.</summary>
    public void Answered(Follow follow, ViewVersion version)
    {
        if (follow.Viewer.Answered(follow, version))
            Queue(follow.Viewer);
    }

    public void End(Follow follow)
    {
        if (follow.Viewer.Remove(follow))
            statistics.FollowEnded();
        Detach(follow);
    }

    /// <summary>The connection is gone, and with it all that it followed.</summary>
    public void Drop(ViewerConnection viewer)
    {
        foreach (var follow in viewer.Close())
        {
            statistics.FollowEnded();
            Detach(follow);
        }
    }

    /// <summary>A fleet page has come, or looks elsewhere, and waits for its picture.</summary>
    public void FleetPageCame() => Signal();

    /// <summary>Ends the followers whose links are of a lower epoch.</summary>
    public void Raise(ShipmentFeed feed, int linkEpoch)
    {
        if (feed.Raise(linkEpoch))
            Queue(feed);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _something.WaitAsync(stoppingToken);
            Interlocked.Exchange(ref _signalled, 0);
            Distribute();
            await Task.Delay(Limits.PushTick, clock.Real, stoppingToken);
        }
    }

    /// <summary>One tick: marks the followers of changed feeds, then writes to the marked.</summary>
    internal void Distribute()
    {
        while (_changedFeeds.TryDequeue(out var feed))
            MarkFollowers(feed);
        if (_waitingViewers.IsEmpty && !fleet.HasNews)
            return;
        var moment = WireMoment.Of(clock);
        // As many as wait now: one that comes back while this runs has its turn at the next tick.
        for (var waiting = _waitingViewers.Count; waiting > 0 && _waitingViewers.TryDequeue(out var viewer); waiting--)
            Flush(viewer, moment);
        if (fleet.Flush(moment))
            Signal();
    }

    void MarkFollowers(ShipmentFeed feed)
    {
        feed.Dequeued();
        feed.CopyFollowsTo(_scratch);
        var epoch = feed.LinkEpoch;
        foreach (var follow in _scratch)
        {
            if (follow.Viewer.Mark(follow, epoch))
                _waitingViewers.Enqueue(follow.Viewer);
        }
        _scratch.Clear();
    }

    void Flush(ViewerConnection viewer, WireMoment moment)
    {
        var write = viewer.Flush(moment, _over);
        foreach (var follow in _over)
        {
            statistics.FollowerEnded();
            statistics.FollowEnded();
            Detach(follow);
        }
        _over.Clear();
        if (write is null)
            return;
        if (write.IsCompletedSuccessfully)
            Written(viewer);
        else
            _ = AwaitAsync(write, viewer);
    }

    async Task AwaitAsync(Task write, ViewerConnection viewer)
    {
        await write;
        Written(viewer);
    }

    void Written(ViewerConnection viewer)
    {
        if (viewer.Written())
            Queue(viewer);
    }

    void Detach(Follow follow)
    {
        if (follow.Feed.Remove(follow))
            _feeds.TryRemove(new KeyValuePair<ShipmentId, ShipmentFeed>(follow.Feed.Id, follow.Feed));
    }

    void Queue(ShipmentFeed feed)
    {
        _changedFeeds.Enqueue(feed);
        Signal();
    }

    void Queue(ViewerConnection viewer)
    {
        _waitingViewers.Enqueue(viewer);
        Signal();
    }

    void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
            _something.Release();
    }

    public override void Dispose()
    {
        _something.Dispose();
        base.Dispose();
    }
}
