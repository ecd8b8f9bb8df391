using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Wire;

/// <summary>One version of a shipment's view and its JSON, which is made once, when the first viewer needs it.</summary>
/// <param name="wholeSince">The version from which to this one only <see cref="ViewMotion"/> has changed: this one, where something else has.</param>
sealed class WireView(PublishedView view, ViewVersion wholeSince, PushStatistics statistics)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    byte[]? _tail;
    HubFrame? _changed;
    HubFrame? _moved;

    /// <summary>A view that nothing builds on.</summary>
    public WireView(PublishedView view, PushStatistics statistics)
        : this(view, view.Version, statistics)
    {
    }

    public PublishedView View => view;

    public ViewVersion Version => view.Version;

    /// <summary>When it was published, for measuring.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();

    /// <summary>The view that follows this one at its feed.</summary>
    public WireView Next(PublishedView next)
    {
        var builds = next.Version.Run == Version.Run && next.AsOf == view.AsOf && next.Unsaved == view.Unsaved && ViewMotion.IsAllThatDiffers(view.View, next.View);
        return new WireView(next, builds ? wholeSince : next.Version, statistics);
    }

    /// <summary>Whether <see cref="Moved"/> is all that a holder of <paramref name="have"/> needs, given that this feed has sent it that version.</summary>
    public bool BuildsOn(ViewVersion have) => have.Run == Version.Run && have.Number >= wholeSince.Number;

    /// <summary>The view as it is sent at <paramref name="moment"/>: one flat object, <c>now</c> and <c>speed</c> first.</summary>
    public RawJson At(WireMoment moment) => new(moment.Head, Tail);

    /// <summary>A message <c>changed</c> with the whole view. Of the loop that writes to viewers alone, as is <see cref="Moved"/>.</summary>
    public ReadOnlyMemory<byte> Changed(WireMoment moment)
        => (_changed = _changed?.Moment == moment ? _changed : new HubFrame(moment, HubFrame.Of("changed"u8, moment.Head.Span, Tail))).Bytes;

    /// <summary>A message <c>moved</c>: only what moves with the van, and the version from which on a page may take it.</summary>
    public ReadOnlyMemory<byte> Moved(WireMoment moment)
    {
        if (_moved?.Moment != moment)
        {
            var head = JsonSerializer.SerializeToUtf8Bytes(new MovedHead(view.View.Carrier, view.View.TrackingNumber, view.Version, wholeSince), Json);
            var motion = JsonSerializer.SerializeToUtf8Bytes(ViewMotion.Of(view.View), Json);
            _moved = new HubFrame(moment, HubFrame.Of("moved"u8, moment.Head.Span, Joined(head, motion)));
            statistics.ViewSerialised();
        }
        return _moved.Bytes;
    }

    byte[] Tail => Volatile.Read(ref _tail) ?? MakeTail();

    byte[] MakeTail()
    {
        // Two threads may come here at once; the bytes are the same and one of them is kept.
        var head = JsonSerializer.SerializeToUtf8Bytes(new Head(view.Version, view.AsOf, view.Unsaved ? true : null), Json);
        var tail = Joined(head, JsonSerializer.SerializeToUtf8Bytes(view.View, Json));
        if (Interlocked.CompareExchange(ref _tail, tail, null) is { } first)
            return first;
        statistics.ViewSerialised();
        return tail;
    }

    /// <summary>Two objects as the rest of one: without the opening brace.</summary>
    static byte[] Joined(byte[] first, byte[] second)
        => second.Length == 2 ? first[1..] : [.. first.AsSpan(1, first.Length - 2), (byte)',', .. second.AsSpan(1)];

    sealed record Head(ViewVersion Version, DateTimeOffset? AsOf, bool? Unsaved);

    sealed record MovedHead(string Carrier, string TrackingNumber, ViewVersion Version, ViewVersion On);
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
