using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Feeds;

/// <summary>
/// Keeps followed shipments watched: renews each one's lease at a third of it, once per shipment however many look. A renewal also mends: it says which version
/// the feed has, and so brings what was missed when an actor left its process.
/// </summary>
sealed partial class LeaseKeeper(ITrackingEngine engine, ViewerFeeds feeds, PushClock clock, PushStatistics statistics, ILogger<LeaseKeeper> logger) : BackgroundService
{
    static readonly TimeSpan Renewal = Limits.WatchLease / 3;

    // All leases are of one length, so the order of arrival is the order in which they fall due. Holds each open feed once.
    readonly ConcurrentQueue<(ShipmentFeed Feed, long Since)> _leases = [];

    public void Keep(ShipmentFeed feed) => _leases.Enqueue((feed, clock.Real.GetTimestamp()));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock.Real);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Parallel.ForEachAsync(
                Due(),
                new ParallelOptions { MaxDegreeOfParallelism = Limits.LeaseRenewalsAtOnce, CancellationToken = stoppingToken },
                RenewAsync);
        }
    }

    List<ShipmentFeed> Due()
    {
        var due = new List<ShipmentFeed>();
        while (_leases.TryPeek(out var next) && (next.Feed.IsClosed || clock.Real.GetElapsedTime(next.Since) >= Renewal) && _leases.TryDequeue(out next))
        {
            if (!next.Feed.IsClosed)
                due.Add(next.Feed);
        }
        return due;
    }

    async ValueTask RenewAsync(ShipmentFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            var have = feed.Newest?.Version ?? default;
            var answer = await engine.FollowAsync(feed.Id, have, Domain.Shipments.Viewer.Recipient, clock.LeaseEnd, cancellationToken);
            if (answer.View is { } view)
                feeds.Publish(view);
            feeds.Raise(feed, answer.Result == FollowResult.Unknown ? ShipmentFeed.GoneEpoch : answer.LinkEpoch);
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
        {
            // One shipment's trouble is not the others': it is tried again with its next renewal, well within the lease.
            statistics.Failed();
            Log.RenewalFailed(logger, exception);
        }
        Keep(feed);
    }
}
