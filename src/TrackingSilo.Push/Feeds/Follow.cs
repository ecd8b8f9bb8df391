using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Feeds;

/// <summary>
/// One viewer looking at one shipment: the slot that design calls "one pending view". The pending view itself is not stored, it is the feed's newest; the slot is the mark that
/// this viewer has not had it. So a viewer that never reads costs one mark per shipment, however much happens.
/// </summary>
sealed class Follow(ShipmentFeed feed, ViewerConnection viewer)
{
    public ShipmentFeed Feed => feed;

    public ViewerConnection Viewer => viewer;

    /// <summary>Place in the feed's list; guarded by the feed's lock.</summary>
    public int Index { get; set; } = -1;

    // From here on guarded by the viewer's lock.

    public int LinkEpoch { get; set; }

    /// <summary>What this viewer has; only what supersedes it is sent.</summary>
    public ViewVersion Sent { get; set; }

    /// <summary>What it has did not come from this feed, which therefore does not know what has changed since: the next it is sent is a whole view.</summary>
    public bool OwedWhole { get; set; }

    /// <summary>The answer to <c>Follow</c> is not decided yet: nothing may be sent that the answer could then undercut.</summary>
    public bool Answering { get; set; }

    public bool Pending { get; set; }

    /// <summary>The link was revoked or the shipment is gone: the viewer is told so, once, and this follow ends.</summary>
    public bool Over { get; set; }
}
