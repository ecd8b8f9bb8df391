using System.Buffers;
using System.IO.Pipelines;
using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion.Gateway;

/// <summary>
/// A request's body, whole: a body that is too long, or breaks off, has then sent nothing into the log. Its bytes count as in flight as they come in. Leaving gives all of it back.
/// </summary>
sealed class GatewayBody(GatewayAdmission admission, int maxBytes = Limits.GatewayBodyMaxBytes) : IDisposable
{
    const int FirstBufferBytes = 16 * 1024;

    byte[] _buffer = [];
    int _taken;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    public int Length { get; private set; }

    public async Task<BodyResult> ReadAsync(PipeReader reader, long? contentLength, CancellationToken cancellationToken)
    {
        if (contentLength > maxBytes)
            return BodyResult.TooLong;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (Length + read.Buffer.Length > maxBytes)
                return BodyResult.TooLong;
            if (!TryGrow(Length + (int)read.Buffer.Length))
                return BodyResult.NoRoom;
            read.Buffer.CopyTo(_buffer.AsSpan(Length));
            Length += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return BodyResult.Whole;
        }
    }

    public void Dispose()
    {
        admission.Leave(_taken);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
    }

    bool TryGrow(int length)
    {
        if (length <= _buffer.Length)
            return true;
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(length, Math.Max(FirstBufferBytes, _buffer.Length * 2)));
        if (!admission.TryTake(bigger.Length - _buffer.Length))
        {
            ArrayPool<byte>.Shared.Return(bigger);
            return false;
        }
        _taken += bigger.Length - _buffer.Length;
        Bytes.CopyTo(bigger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
        return true;
    }
}

enum BodyResult
{
    Whole,
    TooLong,

    /// <summary>Too many bytes of other requests are in flight.</summary>
    NoRoom,
}
