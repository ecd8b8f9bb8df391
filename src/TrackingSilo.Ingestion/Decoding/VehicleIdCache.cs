using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>
/// From the bytes of a carrier and a vehicle name to the vehicle's one key string, so that a known vehicle's fix allocates nothing. Any thread may use it.
/// </summary>
public sealed class VehicleIdCache
{
    // Longest spelling that is remembered: carrier, a zero, name. Others are resolved each time.
    const int SpellingMaxBytes = 192;

    readonly ConcurrentDictionary<byte[], string> _keys = new(BytesComparer.Instance);
    readonly ConcurrentDictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    readonly int _capacity;
    int _count;

    public VehicleIdCache(int capacity = Limits.VehicleNamesMax)
    {
        _capacity = capacity;
        _bySpan = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    internal int Count => _keys.Count;

    /// <summary>False where the two make no vehicle id.</summary>
    public bool TryResolve(ReadOnlySpan<byte> carrier, ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? key)
    {
        // A zero cannot stand in a valid id, so no two pairs that could be remembered share a spelling.
        Span<byte> spelling = stackalloc byte[SpellingMaxBytes];
        var length = carrier.Length + 1 + name.Length;
        if (length > SpellingMaxBytes)
            return TryCreate(carrier, name, out key);
        carrier.CopyTo(spelling);
        spelling[carrier.Length] = 0;
        name.CopyTo(spelling[(carrier.Length + 1)..]);
        return _bySpan.TryGetValue(spelling[..length], out key) || TryAdd(carrier, name, spelling[..length], out key);
    }

    bool TryAdd(ReadOnlySpan<byte> carrier, ReadOnlySpan<byte> name, ReadOnlySpan<byte> spelling, [NotNullWhen(true)] out string? key)
    {
        if (!TryCreate(carrier, name, out key))
            return false;
        // Full only when somebody makes names up: starting anew costs one text for each vehicle.
        if (Interlocked.Increment(ref _count) > _capacity)
        {
            _keys.Clear();
            Volatile.Write(ref _count, 1);
        }
        _bySpan.TryAdd(spelling, key);
        return true;
    }

    static bool TryCreate(ReadOnlySpan<byte> carrier, ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? key)
    {
        var valid = VehicleId.TryCreate(Encoding.UTF8.GetString(carrier), Encoding.UTF8.GetString(name), out var id);
        key = valid ? id.Value : null;
        return valid;
    }

    sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
