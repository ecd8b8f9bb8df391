using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace TrackingSilo.Domain.Packing;

/// <summary>
/// Writes the packed parts of an actor's state: whole numbers as variable-length integers (seven bits a byte, lowest first), signed ones zigzag-coded, so
/// that small differences take one byte or two.
/// </summary>
public ref struct PackedWriter(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void WriteByte(byte value) => _buffer[Length++] = value;

    /// <exception cref="IndexOutOfRangeException">The buffer is too small.</exception>
    public void WriteUnsigned(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _buffer[Length++] = (byte)value;
    }

    public void WriteSigned(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    public void WriteSingle(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_buffer[Length..], value);
        Length += sizeof(float);
    }

    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer[Length..], value);
        Length += sizeof(double);
    }

    public void WriteText(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteUnsigned((ulong)length);
        Length += Encoding.UTF8.GetBytes(value, _buffer[Length..]);
    }

    /// <summary>An upper bound of what <see cref="WriteText"/> takes.</summary>
    public static int MaxBytes(string value) => 5 + Encoding.UTF8.GetMaxByteCount(value.Length);

    /// <summary>The most that one whole number takes.</summary>
    public const int NumberMaxBytes = 10;

    /// <summary>Bytes that <see cref="WriteUnsigned"/> takes for a number.</summary>
    public static int BytesOf(ulong value) => value == 0 ? 1 : (BitOperations.Log2(value) / 7) + 1;
}
