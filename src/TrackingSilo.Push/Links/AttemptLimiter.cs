using System.Net;
using System.Net.Sockets;

namespace TrackingSilo.Push.Links;

/// <summary>
/// Counts attempts per key in windows of a minute, in constant memory: keys share a fixed number of slots by a hash that differs in every process.
/// Two keys in one slot share its allowance, which touches only those who use it up.
/// </summary>
public sealed class AttemptLimiter(int perMinute, int slots, TimeProvider time)
{
    readonly Slot[] _slots = new Slot[slots];
    readonly Lock _gate = new();

    /// <summary>Counts one attempt; false when the minute's allowance is used up.</summary>
    public bool TryCount(IPAddress? address) => TryCount(KeyOf(address));

    /// <inheritdoc cref="TryCount(IPAddress)"/>
    public bool TryCount(string key) => TryCount(string.GetHashCode(key));

    bool TryCount(int hash)
    {
        var minute = time.GetTimestamp() / (time.TimestampFrequency * 60);
        lock (_gate)
        {
            ref var slot = ref _slots[(uint)hash % (uint)_slots.Length];
            if (slot.Minute != minute)
                slot = new Slot(minute, 0);
            if (slot.Count >= perMinute)
                return false;
            slot = slot with { Count = slot.Count + 1 };
            return true;
        }
    }

    static int KeyOf(IPAddress? address)
    {
        if (address is null)
            return 0;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        // One household or server commonly owns a whole /64 of IPv6.
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            length = 8;
        var hash = new HashCode();
        hash.AddBytes(bytes[..length]);
        return hash.ToHashCode();
    }

    readonly record struct Slot(long Minute, int Count);
}
