using Confluent.Kafka;
using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>
/// Key and value of the one record that a consumer has just handed out, copied out of the client's memory into a buffer that the next record
/// overwrites. Decoding happens from here, where offset and timestamp are known, and the engine's refusals still find the bytes.
/// </summary>
/// <remarks>Not thread-safe: one per consumer. Of a record that is larger than any message may be only the beginning is kept.</remarks>
sealed class RecordBytes : IDeserializer<RecordBytes.Part>
{
    byte[] _buffer = new byte[64 * 1024];
    int _used;

    /// <summary>Where a key or a value lies in the buffer, and how long it was.</summary>
    /// <param name="Sha256">Of the whole, where not all of it is in the buffer.</param>
    public readonly record struct Part(int Start, int Kept, int Length, byte[]? Sha256);

    /// <summary>Call before each record.</summary>
    public void Clear() => _used = 0;

    public ReadOnlySpan<byte> this[Part part] => _buffer.AsSpan(part.Start, part.Kept);

    public Part Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        byte[]? sha256 = null;
        var kept = data;
        if (data.Length > Limits.ManifestMaxBytes)
        {
            sha256 = System.Security.Cryptography.SHA256.HashData(data);
            kept = data[..Limits.RefusedMaxBytes];
        }
        if (_buffer.Length - _used < kept.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + kept.Length));
        kept.CopyTo(_buffer.AsSpan(_used));
        var part = new Part(_used, kept.Length, data.Length, sha256);
        _used += kept.Length;
        return part;
    }
}
