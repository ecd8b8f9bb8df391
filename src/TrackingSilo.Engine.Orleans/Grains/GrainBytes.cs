using System.Buffers.Binary;
using Orleans.Storage;

namespace TrackingSilo.Engine.Orleans.Grains;

/// <summary>A grain's state as the cluster's storage sees it: bytes that it does not look into, but for the first eight (see <see cref="StoredActor"/>).</summary>
[GenerateSerializer]
public sealed class GrainBytes
{
    [Id(0)]
    public byte[] Value { get; set; } = [];
}

/// <summary>
/// How an actor lies in <see cref="GrainBytes"/>: when it wants to be woken, so that the database can index it (Unix milliseconds, eight bytes, highest first; the greatest number: never), then
/// the length of its cold part, the cold part and the state, in the encodings of the store.
/// </summary>
readonly record struct StoredActor(DateTimeOffset? NextDueAt, ReadOnlyMemory<byte> State, ReadOnlyMemory<byte> Cold)
{
    const int Head = sizeof(long) + sizeof(int);

    public static StoredActor Read(byte[] bytes)
    {
        if (bytes.Length < Head)
            throw new InvalidDataException("A grain's state ends early.");
        var due = DueOf(bytes);
        var cold = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(sizeof(long)));
        return cold >= 0 && cold <= bytes.Length - Head
            ? new StoredActor(due, bytes.AsMemory(Head + cold), bytes.AsMemory(Head, cold))
            : throw new InvalidDataException("A grain's state has no sensible length.");
    }

    public static DateTimeOffset? DueOf(ReadOnlySpan<byte> bytes)
    {
        var due = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return due == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(due);
    }

    public byte[] Write()
    {
        var bytes = new byte[Head + Cold.Length + State.Length];
        // Rounded up: nobody is woken before it is due.
        BinaryPrimitives.WriteInt64BigEndian(bytes, NextDueAt is { } due ? due.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds() : long.MaxValue);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(sizeof(long)), Cold.Length);
        Cold.CopyTo(bytes.AsMemory(Head));
        State.CopyTo(bytes.AsMemory(Head + Cold.Length));
        return bytes;
    }
}

/// <summary>Stores <see cref="GrainBytes"/> as they are.</summary>
sealed class GrainBytesSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input)
        => input is GrainBytes bytes ? new BinaryData(bytes.Value) : throw new NotSupportedException($"State of type {typeof(T)} is not stored here.");

    public T? Deserialize<T>(BinaryData input)
        => typeof(T) == typeof(GrainBytes)
            ? (T)(object)new GrainBytes { Value = input.ToArray() }
            : throw new NotSupportedException($"State of type {typeof(T)} is not stored here.");
}
