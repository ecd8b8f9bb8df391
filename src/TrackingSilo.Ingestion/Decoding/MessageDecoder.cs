using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>
/// Reads the messages of one topic, in one pass over their bytes. Whatever the bytes are, it answers; it never throws. Any thread may use it.
/// </summary>
public abstract class MessageDecoder
{
    /// <summary>The largest message that is read at all.</summary>
    public virtual int MaxBytes => Limits.MessageMaxBytes;

    /// <param name="value">The record's value as the client hands it out.</param>
    /// <param name="offset">The record's offset, for the report.</param>
    /// <param name="recordTime">The record's timestamp, which event times are judged against.</param>
    public Decoded Decode(ReadOnlySpan<byte> value, long offset, DateTimeOffset recordTime)
    {
        if (value.IsEmpty)
            return Decoded.Refuse(RefusalReason.Empty, "the record has no value");
        if (value.Length > MaxBytes)
            return TooLarge(value.Length);
        if (!Utf8.IsValid(value))
            return Decoded.Refuse(RefusalReason.NotJson, "the value is not UTF-8");
        try
        {
            var message = new JsonMessage(value);
            var report = Read(ref message, offset, recordTime);
            return message.Failed ? Decoded.Refuse(message.Reason, message.Detail) : Decoded.Accept(report);
        }
        catch (JsonException e)
        {
            return Decoded.Refuse(
                RefusalReason.NotJson,
                string.Create(CultureInfo.InvariantCulture, $"not JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on, or nested too deeply"));
        }
        catch (InvalidOperationException)
        {
            // The reader's word for an escape such as \ud800 without its second half, which no UTF-8 can hold.
            return Decoded.Refuse(RefusalReason.NotJson, "a text holds half of a surrogate pair");
        }
    }

    /// <summary>The refusal of a message of which the caller does not even keep the bytes.</summary>
    public Decoded TooLarge(int length)
        => Decoded.Refuse(RefusalReason.TooLarge, string.Create(CultureInfo.InvariantCulture, $"{length} bytes, at most {MaxBytes} are taken"));

    /// <summary>Reads the object that <paramref name="message"/> has entered; what is wrong is left in it, and the answer is then ignored.</summary>
    private protected abstract Report Read(ref JsonMessage message, long offset, DateTimeOffset recordTime);
}
