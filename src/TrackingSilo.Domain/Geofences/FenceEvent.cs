using System.Security.Cryptography;
using System.Text;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Geofences;

public enum FenceEventKind : byte
{
    Entered,
    Exited,

    /// <summary>It has stayed as long as the fence's rule asks for.</summary>
    Dwelled,

    /// <summary>It went through without a stay: between two fixes, or seen once.</summary>
    Crossed,
}

/// <summary>Something that happened at a fence.</summary>
/// <param name="FenceId">Its <see cref="Geofence.Id"/>.</param>
/// <param name="Kind">What.</param>
/// <param name="At">Event time, to the millisecond; of an edge, when the way between two fixes crossed the border.</param>
/// <param name="Confidence">The probability, 0 to 1, that the vehicle was on the side that is claimed, from how far beyond the border its fixes were and their accuracy.</param>
/// <param name="IsRetraction">History disproves the event of the same fence, kind and time that was told before.</param>
public readonly record struct FenceEvent(string FenceId, FenceEventKind Kind, DateTimeOffset At, float Confidence, bool IsRetraction)
{
    public bool IsSameAs(in FenceEvent other) => Kind == other.Kind && At == other.At && FenceId == other.FenceId;

    /// <summary>The event's id: the same whenever the same vehicle does the same at the same time, also when it is worked out again. A retraction has the id of what it takes back.</summary>
    public string IdFor(VehicleId vehicle)
        => Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{vehicle}\n{FenceId}\n{Kind}\n{At.ToUnixTimeMilliseconds()}"))).AsSpan(0, 16));
}
