using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Hubs;

/// <summary>
/// Writes to one hub connection: <c>changed(view)</c>, <c>moved(motion)</c>, <c>gone({carrier, trackingNumber})</c>, and <c>vehicles(fleet)</c> to fleet pages; all of a tick in one write.
/// </summary>
sealed partial class HubWriter(HubConnectionContext connection, PushStatistics statistics, ILogger logger) : IViewerWriter, IFleetWriter
{
    // The one that the hub speaks.
    static readonly string s_protocol = new JsonHubProtocol().Name;

    public Task WriteAsync(IReadOnlyList<ViewerNews> news, WireMoment moment)
    {
        if (news.Count == 1)
            return WriteAsync(Message(news[0], moment));
        var messages = new List<ReadOnlyMemory<byte>>(news.Count);
        foreach (var item in news)
            messages.Add(Message(item, moment));
        return WriteAsync(Joined(messages));
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> messages)
    {
        try
        {
            await connection.WriteAsync(new SerializedHubMessage([new SerializedMessage(s_protocol, messages)]));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A connection that fails is the end of that connection only.
            statistics.Failed();
            Log.WriteFailed(logger, exception);
            connection.Abort();
        }
    }

    public void Abort() => connection.Abort();

    ReadOnlyMemory<byte> Message(ViewerNews news, WireMoment moment)
    {
        if (news.View is not { } view)
            return Gone(news);
        statistics.ViewPushed(view.Since);
        if (news.Whole)
            return view.Changed(moment);
        statistics.MovePushed();
        return view.Moved(moment);
    }

    static byte[] Gone(ViewerNews news)
        => HubFrame.Of("gone"u8, JsonSerializer.SerializeToUtf8Bytes(new EndedFollow(news.Shipment.Carrier, news.Shipment.TrackingNumber), WireView.Json), []);

    static byte[] Joined(List<ReadOnlyMemory<byte>> messages)
    {
        var all = new byte[messages.Sum(message => message.Length)];
        var at = 0;
        foreach (var message in messages)
        {
            message.Span.CopyTo(all.AsSpan(at));
            at += message.Length;
        }
        return all;
    }

    sealed record EndedFollow(string Carrier, string TrackingNumber);
}
