namespace TrackingSilo.Domain.Geofences;

/// <summary>When a vehicle is believed to be in a fence, and what is told about it.</summary>
public sealed record FenceRule
{
    /// <summary>A fix counts for coming in only so far inside of the border: for large areas, where metres do not matter and a street may be the border.</summary>
    public double EnterMarginMetres { get; init; }

    /// <summary>The least distance beyond the border at which a fix counts for going out; twice a fix's accuracy where that is more.</summary>
    public double ExitMarginMetres { get; init; } = 25;

    /// <summary>How long it must be seen on the other side, from the first such fix to the last.</summary>
    public TimeSpan MinimumStay { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>After how long a stay <see cref="FenceEventKind.Dwelled"/> is told; null: never.</summary>
    public TimeSpan? Dwell { get; init; }

    /// <summary>Whether <see cref="FenceEventKind.Crossed"/> is told.</summary>
    public bool TellsCrossings { get; init; }

    static readonly FenceRule s_district = new() { EnterMarginMetres = 10, MinimumStay = TimeSpan.FromSeconds(10) };
    static readonly FenceRule s_yard = new() { Dwell = TimeSpan.FromMinutes(10) };
    static readonly FenceRule s_restricted = new() { Dwell = TimeSpan.FromMinutes(1), TellsCrossings = true };
    static readonly FenceRule s_pickupPoint = new() { Dwell = TimeSpan.FromMinutes(2) };

    /// <summary>What suits most fences of a kind.</summary>
    public static FenceRule For(GeofenceKind kind) => kind switch
    {
        GeofenceKind.Depot or GeofenceKind.Hub => s_yard,
        GeofenceKind.Restricted => s_restricted,
        GeofenceKind.PickupPoint => s_pickupPoint,
        _ => s_district,
    };
}
