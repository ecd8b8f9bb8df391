using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Wire;

/// <summary>One version of a shipment's view and its JSON, which is made once, when the first viewer needs it.</summary>
sealed class WireView(PublishedView view, PushStatistics statistics)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    byte[]? _tail;

    public PublishedView View => view;

    public ViewVersion Version => view.Version;

    /// <summary>The view as it is sent at <paramref name="moment"/>: one flat object, <c>now</c> and <c>speed</c> first.</summary>
    public RawJson At(WireMoment moment) => new(moment.Head, Tail);

    byte[] Tail => Volatile.Read(ref _tail) ?? MakeTail();

    byte[] MakeTail()
    {
        // Two threads may come here at once; the bytes are the same and one of them is kept.
        var head = JsonSerializer.SerializeToUtf8Bytes(new Head(view.Version, view.AsOf), Json);
        var body = JsonSerializer.SerializeToUtf8Bytes(view.View, Json);
        var tail = new byte[head.Length - 1 + body.Length - 1];
        head.AsSpan(1).CopyTo(tail);
        tail[head.Length - 2] = (byte)',';
        body.AsSpan(1).CopyTo(tail.AsSpan(head.Length - 1));
        if (Interlocked.CompareExchange(ref _tail, tail, null) is { } first)
            return first;
        statistics.ViewSerialised();
        return tail;
    }

    sealed record Head(ViewVersion Version, DateTimeOffset? AsOf);
}

/// <summary>When a message is sent, as a page needs to know it to count down: domain time, and how fast that runs. Shared by all messages of a tick.</summary>
sealed class WireMoment
{
    WireMoment(DateTimeOffset now, double speed)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Content(now, speed), WireView.Json);
        json[^1] = (byte)',';
        Head = json;
    }

    public static WireMoment Of(PushClock clock) => new(clock.Now.ToUniversalTime(), clock.Speed);

    /// <summary>The beginning of an object: its first properties, and the comma before the next.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    sealed record Content(DateTimeOffset Now, double Speed);
}
