using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Hubs;

/// <summary>Writes to one hub connection: <c>changed(view)</c>, <c>gone({carrier, trackingNumber})</c>, and <c>vehicles(fleet)</c> to fleet pages.</summary>
sealed partial class HubWriter(HubCallerContext connection, IClientProxy client, PushStatistics statistics, ILogger logger) : IViewerWriter, IFleetWriter
{
    public async Task WriteAsync(IReadOnlyList<ViewerNews> news, WireMoment moment)
    {
        try
        {
            // All are begun before the first is awaited, so that the transport can put them into one frame.
            var writes = new Task[news.Count];
            for (var i = 0; i < writes.Length; i++)
                writes[i] = Begin(news[i], moment);
            foreach (var write in writes)
                await write;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Cut(exception);
        }
    }

    public async Task WriteAsync(RawJson vehicles)
    {
        try
        {
            await client.SendCoreAsync("vehicles", [vehicles]);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Cut(exception);
        }
    }

    public void Abort() => connection.Abort();

    Task Begin(ViewerNews news, WireMoment moment)
    {
        if (news.View is not { } view)
            return client.SendCoreAsync("gone", [new EndedFollow(news.Shipment.Carrier, news.Shipment.TrackingNumber)]);
        statistics.ViewPushed();
        return client.SendCoreAsync("changed", [view.At(moment)]);
    }

    void Cut(Exception exception)
    {
        // A connection that fails is the end of that connection only.
        statistics.Failed();
        Log.WriteFailed(logger, exception);
        connection.Abort();
    }

    sealed record EndedFollow(string Carrier, string TrackingNumber);
}
