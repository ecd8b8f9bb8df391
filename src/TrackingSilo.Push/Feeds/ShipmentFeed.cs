using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Feeds;

/// <summary>One followed shipment: its newest view and who follows it.</summary>
sealed class ShipmentFeed(ShipmentId id)
{
    /// <summary>Epoch of a shipment that does not exist any more: higher than any link's.</summary>
    public const int GoneEpoch = int.MaxValue;

    readonly Lock _gate = new();
    readonly List<Follow> _follows = [];
    WireView? _newest;
    int _linkEpoch;
    bool _queued;
    bool _closed;
    bool _leased;

    public ShipmentId Id => id;

    public WireView? Newest => Volatile.Read(ref _newest);

    /// <summary>Links of a lower epoch are revoked.</summary>
    public int LinkEpoch => Volatile.Read(ref _linkEpoch);

    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Puts the newest view in place. True when the caller has to queue this feed, false when it is queued or nothing is new.</summary>
    public bool Offer(PublishedView view, PushStatistics statistics)
    {
        lock (_gate)
        {
            _linkEpoch = Math.Max(_linkEpoch, view.LinkEpoch);
            // A published view supersedes what was published before it, except that of one run an older may come by way of a renewal.
            if (_newest is { } newest && !view.Version.Supersedes(newest.Version))
                return false;
            _newest = _newest?.Next(view) ?? new WireView(view, statistics);
            return QueueOnce();
        }
    }

    /// <summary>Raises the epoch below which links are revoked. True as with <see cref="Offer"/>.</summary>
    public bool Raise(int linkEpoch)
    {
        lock (_gate)
        {
            if (linkEpoch <= _linkEpoch)
                return false;
            _linkEpoch = linkEpoch;
            return QueueOnce();
        }
    }

    /// <summary>The feed is being looked at: what is offered from now on queues it again.</summary>
    public void Dequeued()
    {
        lock (_gate)
            _queued = false;
    }

    /// <summary>True once: the caller keeps the shipment's lease from then on.</summary>
    public bool TryLease()
    {
        lock (_gate)
        {
            var first = !_leased;
            _leased = true;
            return first;
        }
    }

    /// <summary>False when the feed was closed meanwhile: take a new one.</summary>
    public bool TryAdd(Follow follow)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            follow.Index = _follows.Count;
            _follows.Add(follow);
            return true;
        }
    }

    /// <summary>True when that was the last follower, and the feed is closed for good.</summary>
    public bool Remove(Follow follow)
    {
        lock (_gate)
        {
            if (follow.Index < 0)
                return false;
            // The last one takes the empty place: constant time, also when ten thousand viewers of one shipment leave at once.
            var last = _follows[^1];
            _follows[follow.Index] = last;
            last.Index = follow.Index;
            _follows.RemoveAt(_follows.Count - 1);
            follow.Index = -1;
            return _closed = _follows.Count == 0;
        }
    }

    public void CopyFollowsTo(List<Follow> follows)
    {
        lock (_gate)
            follows.AddRange(_follows);
    }

    bool QueueOnce()
    {
        var first = !_queued;
        _queued = true;
        return first;
    }
}
