using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Feeds;

/// <summary>One news item for a viewer: a view, or (<paramref name="View"/> is null) the end of a follow.</summary>
/// <param name="Whole">Whether it needs the whole view; else it has one from which on only the motion has changed.</param>
readonly record struct ViewerNews(ShipmentId Shipment, WireView? View, bool Whole);

/// <summary>How a connection is written to: a hub connection, or a test's own.</summary>
interface IViewerWriter
{
    /// <summary>
    /// Writes all of it in order. Completes when the transport has taken it, so not before a slow viewer has read what was sent earlier. Never fails: a connection that cannot be
    /// written to is cut.
    /// </summary>
    Task WriteAsync(IReadOnlyList<ViewerNews> news, WireMoment moment);

    /// <summary>Cuts the connection.</summary>
    void Abort();
}

/// <summary>
/// One open connection: what it follows, what it has not been told, and at most one write under way. Conflation instead of a queue is a choice: a viewer wants to know how things
/// stand, not how they came to, so who reads slowly sees fewer versions, slows down nobody and costs no memory.
/// </summary>
sealed class ViewerConnection(IViewerWriter writer, PushStatistics statistics, TimeProvider time)
{
    readonly Lock _gate = new();
    readonly Dictionary<ShipmentId, Follow> _follows = [];
    readonly List<Follow> _pending = [];
    bool _queued;
    bool _writing;
    long _writingSince;
    bool _closed;

    /// <summary>The follow of a shipment; null where there is none.</summary>
    public Follow? Find(ShipmentId id)
    {
        lock (_gate)
            return _follows.GetValueOrDefault(id);
    }

    /// <summary>False when there is no room for another, or the connection is closed.</summary>
    public bool TryAdd(Follow follow)
    {
        lock (_gate)
            return !_closed && _follows.Count < Limits.FollowsPerConnectionMax && _follows.TryAdd(follow.Feed.Id, follow);
    }

    public bool Remove(Follow follow)
    {
        lock (_gate)
            return RemoveThis(follow);
    }

    /// <summary>Ends everything; answers what was followed.</summary>
    public IReadOnlyList<Follow> Close()
    {
        lock (_gate)
        {
            _closed = true;
            var follows = _follows.Values.ToArray();
            _follows.Clear();
            _pending.Clear();
            return follows;
        }
    }

    /// <summary>An answer to <c>Follow</c> is being worked out: until <see cref="Answered"/>, nothing is sent for it.</summary>
    public void Answer(Follow follow, int linkEpoch)
    {
        lock (_gate)
        {
            follow.LinkEpoch = linkEpoch;
            follow.Over = false;
            follow.Answering = true;
        }
    }

    /// <summary>The viewer has, or is about to be given, <paramref name="version"/>. True when something newer waits and the caller has to queue the connection.</summary>
    public bool Answered(Follow follow, ViewVersion version)
    {
        lock (_gate)
        {
            follow.Sent = version;
            follow.OwedWhole = follow.Feed.Newest?.Version != version;
            follow.Answering = false;
            return (follow.Pending || (follow.Feed.Newest?.Version.Supersedes(version) ?? false)) && MarkPending(follow);
        }
    }

    /// <summary>Marks a follow whose feed has something newer or has ended. True when the caller has to queue this connection.</summary>
    public bool Mark(Follow follow, int feedEpoch)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            follow.Over |= follow.LinkEpoch < feedEpoch;
            if (follow.Pending && !follow.Over)
                statistics.ViewConflated();
            return MarkPending(follow);
        }
    }

    bool MarkPending(Follow follow)
    {
        if (!follow.Pending)
        {
            follow.Pending = true;
            _pending.Add(follow);
        }
        var first = !_queued;
        _queued = true;
        return first;
    }

    /// <summary>
    /// Begins the write of all that is pending, unless one is still under way. Its task ends when the transport has taken it; null when nothing was begun.
    /// </summary>
    /// <param name="over">Takes the follows that have ended and are no longer this connection's.</param>
    public Task? Flush(WireMoment moment, List<Follow> over)
    {
        List<ViewerNews> news;
        lock (_gate)
        {
            _queued = false;
            if (_closed)
                return null;
            if (_writing)
            {
                CutIfTooSlow();
                return null;
            }
            news = TakePending(over);
            if (news.Count == 0)
                return null;
            _writing = true;
            _writingSince = time.GetTimestamp();
        }
        return writer.WriteAsync(news, moment);
    }

    /// <summary>The write has ended. True when more has become pending and the caller has to queue this connection.</summary>
    public bool Written()
    {
        lock (_gate)
        {
            _writing = false;
            if (_pending.Count == 0 || _queued || _closed)
                return false;
            return _queued = true;
        }
    }

    public void Abort() => writer.Abort();

    List<ViewerNews> TakePending(List<Follow> over)
    {
        var news = new List<ViewerNews>(_pending.Count);
        foreach (var follow in _pending)
        {
            if (follow.Answering)
                continue;
            follow.Pending = false;
            if (follow.Over)
            {
                // At once, so that a new follow of the same shipment, on a newer link, is another one.
                RemoveThis(follow);
                over.Add(follow);
                news.Add(new ViewerNews(follow.Feed.Id, null, Whole: false));
            }
            else if (follow.Feed.Newest is { } view && view.Version.Supersedes(follow.Sent))
            {
                // What is pending is the feed's newest, whatever was pending before: a small change is never sent in the place of a large one.
                news.Add(new ViewerNews(follow.Feed.Id, view, Whole: follow.OwedWhole || !view.BuildsOn(follow.Sent)));
                follow.Sent = view.Version;
                follow.OwedWhole = false;
            }
        }
        _pending.RemoveAll(follow => !follow.Pending);
        return news;
    }

    bool RemoveThis(Follow follow)
        => _follows.TryGetValue(follow.Feed.Id, out var present) && ReferenceEquals(present, follow) && _follows.Remove(follow.Feed.Id);

    void CutIfTooSlow()
    {
        if (time.GetElapsedTime(_writingSince) < Limits.SlowViewerCut)
            return;
        _closed = true;
        statistics.SlowViewerCut();
        writer.Abort();
    }
}
