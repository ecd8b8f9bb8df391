using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>One GPS report of a vehicle, as it was sent. Fields that the sender left out are NaN (or −1 for the sequence).</summary>
public readonly record struct Fix
{
    public required GeoPoint Place { get; init; }

    /// <summary>When the device took it (event time, UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Radius in metres within which the true place lies; NaN where unknown.</summary>
    public float AccuracyMetres { get; init; } = float.NaN;

    /// <summary>NaN where unknown.</summary>
    public float SpeedMetresPerSecond { get; init; } = float.NaN;

    /// <summary>Degrees clockwise from north, 0 to 360; NaN where unknown.</summary>
    public float HeadingDegrees { get; init; } = float.NaN;

    /// <summary>The sender's own counter; −1 where it has none.</summary>
    public long Sequence { get; init; } = -1;

    public Fix()
    {
    }
}
