using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrackingSilo.Push.Wire;

/// <summary>JSON that has been written already and goes into a message as it is.</summary>
[JsonConverter(typeof(Converter))]
public sealed class RawJson
{
    readonly ReadOnlySequence<byte> _utf8;

    public RawJson(ReadOnlyMemory<byte> utf8) => _utf8 = new ReadOnlySequence<byte>(utf8);

    /// <summary>One JSON value in two pieces, so that a part that differs per sending needs no copy of the part that does not.</summary>
    public RawJson(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> tail)
    {
        var last = new Piece(tail, head.Length);
        _utf8 = new ReadOnlySequence<byte>(new Piece(head, 0, last), 0, last, tail.Length);
    }

    public ReadOnlySequence<byte> Utf8 => _utf8;

    sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index, Piece? next = null)
        {
            Memory = memory;
            RunningIndex = index;
            Next = next;
        }
    }

    sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("Raw JSON is only written.");

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
            => writer.WriteRawValue(value._utf8, skipInputValidation: true);
    }
}
