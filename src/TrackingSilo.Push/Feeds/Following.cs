using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Feeds;

/// <summary>What a request to follow came to.</summary>
enum FollowOutcome
{
    /// <summary>Here is a view, and newer ones follow.</summary>
    View,

    /// <summary>The viewer has the newest; newer ones follow.</summary>
    NothingNewer,

    /// <summary>Revoked, or no such shipment.</summary>
    Gone,

    /// <summary>The connection follows as many as it may.</summary>
    TooMany,
}

/// <summary>The way from a link that verified to a follow: asks the shipment, and decides what the viewer is answered and what it is sent after that.</summary>
sealed class Following(ITrackingEngine engine, ViewerFeeds feeds, LeaseKeeper leases, PushClock clock, PushStatistics statistics)
{
    public async Task<(FollowOutcome Outcome, RawJson? View)> FollowAsync(
        ViewerConnection viewer, TrackingLink link, ViewVersion have, CancellationToken cancellationToken)
    {
        if (feeds.Begin(viewer, link.Shipment, link.Epoch, out var newFeed) is not { } follow)
        {
            statistics.ViewerTurnedAway();
            return (FollowOutcome.TooMany, null);
        }
        if (newFeed)
            leases.Keep(follow.Feed);
        try
        {
            var answer = await engine.FollowAsync(link.Shipment, have, Domain.Shipments.Viewer.Recipient, clock.LeaseEnd, cancellationToken);
            if (answer.Result != FollowResult.Unknown && link.Epoch >= answer.LinkEpoch)
                return Answer(follow, have, answer);
        }
        catch
        {
            feeds.End(follow);
            throw;
        }
        feeds.End(follow);
        return (FollowOutcome.Gone, null);
    }

    (FollowOutcome, RawJson?) Answer(Follow follow, ViewVersion have, FollowAnswer answer)
    {
        if (answer.View is not { } published)
        {
            feeds.Answered(follow, have);
            return (FollowOutcome.NothingNewer, null);
        }
        // The feed takes the answer for its own, so that a version is made into JSON once. It may have a newer one by now; then that is the answer.
        feeds.Publish(published);
        var view = follow.Feed.Newest is { } newest && newest.Version.Run == published.Version.Run ? newest : new WireView(published, statistics);
        feeds.Answered(follow, view.Version);
        statistics.ViewPolled();
        return (FollowOutcome.View, view.At(WireMoment.Of(clock)));
    }

    /// <summary>The view of a link that verified, for one who does not stay: null when the link is revoked or the shipment unknown.</summary>
    /// <param name="watch">Whether the viewer will come back soon, so that the shipment should go on working out fine estimates.</param>
    public async ValueTask<FollowAnswer?> LookAsync(TrackingLink link, ViewVersion have, bool watch, CancellationToken cancellationToken)
    {
        var answer = await engine.FollowAsync(link.Shipment, have, Domain.Shipments.Viewer.Recipient, watch ? clock.LeaseEnd : null, cancellationToken);
        return answer.Result == FollowResult.Unknown || link.Epoch < answer.LinkEpoch ? null : answer;
    }
}
