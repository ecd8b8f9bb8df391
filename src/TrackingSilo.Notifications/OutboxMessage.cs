using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Notifications;

/// <summary>
/// The wire form of an outbox entry. A notification: <c>carrier</c>, <c>trackingNumber</c>, <c>key</c>, <c>at</c>, <c>milestone</c>, <c>channel</c>, <c>link</c> (the recipient's own to the tracking page, where its public address is known). An instruction: the first four, then
/// <c>kind</c>, <c>note</c> and <c>day</c>. Who receives a second one with the same shipment and key drops it.
/// </summary>
static class OutboxMessage
{
    public static byte[] Of(ShipmentId id, OutboxEntry entry, Uri? link)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("carrier", id.Carrier);
            json.WriteString("trackingNumber", id.TrackingNumber);
            json.WriteString("key", entry.Key);
            json.WriteString("at", entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture));
            if (entry.Milestone is { } milestone)
                json.WriteString("milestone", Word(milestone.ToString()));
            if (entry.Channel is { } channel)
                json.WriteString("channel", channel);
            if (link is not null)
                json.WriteString("link", link.AbsoluteUri);
            if (entry.Instruction is { } instruction)
            {
                json.WriteString("kind", Word(instruction.Kind.ToString()));
                if (instruction.Note is { } note)
                    json.WriteString("note", note);
                if (instruction.Day is { } day)
                    json.WriteString("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    static string Word(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
