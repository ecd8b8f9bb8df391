namespace TrackingSilo.Push;

/// <summary>Counts of this process. Gauges (<see cref="Connections"/>, <see cref="Follows"/>, <see cref="FleetWatchers"/>) say what is open now, the rest only grow.</summary>
public sealed class PushStatistics
{
    long _connections, _follows, _fleetWatchers;
    long _viewsPushed, _movesPushed, _viewsConflated, _viewsSerialised, _slowViewersCut, _viewersTurnedAway, _followersEnded;
    long _linksIssued, _linkFailures, _linkFailuresLimited, _instructionsTaken, _fleetUpdatesPushed, _failures;

    public long Connections => Volatile.Read(ref _connections);
    public long Follows => Volatile.Read(ref _follows);
    public long FleetWatchers => Volatile.Read(ref _fleetWatchers);

    /// <summary>Views handed to a connection, answers to <c>Follow</c> included.</summary>
    public long ViewsPushed => Volatile.Read(ref _viewsPushed);

    /// <summary>Those of them that said only what moves with the van.</summary>
    public long MovesPushed => Volatile.Read(ref _movesPushed);

    public PushLatency Latency { get; } = new();

    /// <summary>Versions that a viewer never saw because a newer one came before the next tick.</summary>
    public long ViewsConflated => Volatile.Read(ref _viewsConflated);

    /// <summary>Versions made into JSON, once each however many viewers get them.</summary>
    public long ViewsSerialised => Volatile.Read(ref _viewsSerialised);
    public long SlowViewersCut => Volatile.Read(ref _slowViewersCut);

    /// <summary>Connections and follows over a limit.</summary>
    public long ViewersTurnedAway => Volatile.Read(ref _viewersTurnedAway);

    /// <summary>Follows ended because their link was revoked or the shipment is gone.</summary>
    public long FollowersEnded => Volatile.Read(ref _followersEnded);
    public long LinksIssued => Volatile.Read(ref _linksIssued);

    /// <summary>Forged, expired, revoked and unknown links presented.</summary>
    public long LinkFailures => Volatile.Read(ref _linkFailures);

    /// <summary>Those of them that were over an address's allowance.</summary>
    public long LinkFailuresLimited => Volatile.Read(ref _linkFailuresLimited);
    public long InstructionsTaken => Volatile.Read(ref _instructionsTaken);

    /// <summary>Messages to fleet pages, each with all vehicles that changed.</summary>
    public long FleetUpdatesPushed => Volatile.Read(ref _fleetUpdatesPushed);

    /// <summary>Writes and renewals that failed for no expected reason; the log says which.</summary>
    public long Failures => Volatile.Read(ref _failures);

    internal void ConnectionOpened() => Interlocked.Increment(ref _connections);
    internal void ConnectionClosed() => Interlocked.Decrement(ref _connections);
    internal void FollowBegun() => Interlocked.Increment(ref _follows);
    internal void FollowEnded() => Interlocked.Decrement(ref _follows);
    internal void FleetWatcherCame() => Interlocked.Increment(ref _fleetWatchers);
    internal void FleetWatcherLeft() => Interlocked.Decrement(ref _fleetWatchers);
    internal void ViewPolled() => Interlocked.Increment(ref _viewsPushed);
    internal void MovePushed() => Interlocked.Increment(ref _movesPushed);

    /// <param name="since">When it was published.</param>
    internal void ViewPushed(long since)
    {
        Interlocked.Increment(ref _viewsPushed);
        Latency.Add(since);
    }

    internal void ViewConflated() => Interlocked.Increment(ref _viewsConflated);
    internal void ViewSerialised() => Interlocked.Increment(ref _viewsSerialised);
    internal void SlowViewerCut() => Interlocked.Increment(ref _slowViewersCut);
    internal void ViewerTurnedAway() => Interlocked.Increment(ref _viewersTurnedAway);
    internal void FollowerEnded() => Interlocked.Increment(ref _followersEnded);
    internal void LinkIssued() => Interlocked.Increment(ref _linksIssued);
    internal void LinkFailed() => Interlocked.Increment(ref _linkFailures);
    internal void LinkFailureLimited() => Interlocked.Increment(ref _linkFailuresLimited);
    internal void InstructionTaken() => Interlocked.Increment(ref _instructionsTaken);
    internal void FleetUpdatePushed() => Interlocked.Increment(ref _fleetUpdatesPushed);
    internal void Failed() => Interlocked.Increment(ref _failures);
}
