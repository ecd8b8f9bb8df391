using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace TrackingSilo.Push.Hubs;

/// <summary>SignalR's own keeper of connections, which also lets the hub have the connection itself: only that takes messages that were written once for many.</summary>
sealed class OpenConnections(ILogger<DefaultHubLifetimeManager<TrackingHub>> logger) : DefaultHubLifetimeManager<TrackingHub>(logger)
{
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.Items[typeof(HubConnectionContext)] = connection;
        return base.OnConnectedAsync(connection);
    }

    public static HubConnectionContext Of(HubCallerContext caller) => (HubConnectionContext)caller.Items[typeof(HubConnectionContext)]!;
}
