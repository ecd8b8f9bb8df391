using System.Buffers.Binary;
using System.Text;

namespace TrackingSilo.Domain.Packing;

/// <summary>Reads what <see cref="PackedWriter"/> wrote. Bytes that it cannot have written end in an <see cref="InvalidDataException"/>, never in nonsense or a crash.</summary>
public ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    public byte ReadByte() => Take(1)[0];

    public ulong ReadUnsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("A packed number has more than ten bytes.");
    }

    public long ReadSigned()
    {
        var value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count or an index: 0 to <paramref name="max"/>.</summary>
    public int ReadCount(int max)
    {
        var value = ReadUnsigned();
        return value <= (ulong)max ? (int)value : throw new InvalidDataException($"A packed count is {value}, more than {max}.");
    }

    public float ReadSingle() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public string ReadText(int maxBytes) => Encoding.UTF8.GetString(Take(ReadCount(maxBytes)));

    /// <summary>A version in front of a packed part.</summary>
    public void ExpectVersion(byte version)
    {
        var found = ReadByte();
        if (found != version)
            throw new InvalidDataException($"A packed part is of version {found}, this program reads {version}.");
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new InvalidDataException($"A packed part ends {count - _rest.Length} bytes early.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
