using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// A place in a vehicle's input: which log (by generation) and how many of its records the vehicle has applied. Orders what one vehicle says, also
/// when it says it again after a crash.
/// </summary>
public readonly record struct LogStamp(int Generation, long Applied) : IComparable<LogStamp>
{
    public int CompareTo(LogStamp other)
        => Generation != other.Generation ? Generation.CompareTo(other.Generation) : Applied.CompareTo(other.Applied);

    public static bool operator <(LogStamp left, LogStamp right) => left.CompareTo(right) < 0;
    public static bool operator >(LogStamp left, LogStamp right) => left.CompareTo(right) > 0;
    public static bool operator <=(LogStamp left, LogStamp right) => left.CompareTo(right) <= 0;
    public static bool operator >=(LogStamp left, LogStamp right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// A vehicle's word about one shipment: its absolute state, never an increment, so that the newest replaces all before. What happened (entered, arrived, done)
/// stays in it, so that no later word can hide it.
/// </summary>
public sealed record VehicleProgress
{
    public required VehicleId Vehicle { get; init; }
    public required LogStamp Stamp { get; init; }

    /// <summary>False: the vehicle's manifest no longer has the shipment.</summary>
    public required bool Assigned { get; init; }

    /// <summary>Of the manifest that it speaks from: between vehicles, the newest claims the shipment.</summary>
    public required DateTimeOffset ManifestRecordTime { get; init; }

    /// <summary>When it was said (domain time).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Stops before this one that are not done; 0: on its way here.</summary>
    public int StopsAway { get; init; }

    public ArrivalEstimate? Arrival { get; init; }

    /// <summary>The smallest rung of the countdown, in minutes, within which the vehicle has come; null: none yet.</summary>
    public int? WithinMinutes { get; init; }

    public GeoPoint? VehiclePlace { get; init; }

    /// <summary>Event time of the newest fix; null: it has not reported.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    public bool Silent { get; init; }

    /// <summary>When it entered the circle around the destination.</summary>
    public DateTimeOffset? EnteredAt { get; init; }
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>When it left the stop, or passed it.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}
