using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Hosting;

/// <summary>The messages on which one actor failed: none is tried twice, and after the second all that come later are parked.</summary>
public sealed class ActorFailures
{
    readonly List<LogPosition> _failed = [];

    /// <summary>What earlier failures mean for a message.</summary>
    public Parking ParkingOf(PartitionId partition, long offset)
    {
        if (_failed.Contains(new LogPosition(partition, offset)))
            return Parking.RefusedBefore;
        // What comes again from before the second failure was applied once and is applied again.
        return _failed.Count > 1 && !_failed.Exists(position => position.Partition == partition && offset < position.Offset)
            ? Parking.Quarantined
            : Parking.None;
    }

    public void Add(PartitionId partition, long offset) => _failed.Add(new LogPosition(partition, offset));

    /// <summary>How a message that is parked is refused.</summary>
    public static Refusal Quarantine(long offset)
        => new(offset, RefusalReason.Quarantined, "This actor has failed twice; its messages are kept here to be replayed.");
}

public enum Parking : byte
{
    None,

    /// <summary>The actor failed on exactly this message: it stays refused.</summary>
    RefusedBefore,

    /// <summary>The actor has failed twice: its messages are parked.</summary>
    Quarantined,
}
