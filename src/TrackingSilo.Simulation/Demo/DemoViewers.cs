using System.Collections.Concurrent;
using System.Net.WebSockets;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The people who look: some on tracking pages, one on the fleet page.</summary>
sealed class DemoViewers(ServerApi api, string operatorKey) : IAsyncDisposable
{
    /// <summary>Hub that pages connect to.</summary>
    const string HubPath = "/hub";

    static readonly TimeSpan s_linkWithin = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    readonly ConcurrentBag<HubViewer> _viewers = [];
    readonly List<string> _troubles = [];

    public int Count => _viewers.Count;

    /// <summary>Instructions that the server has received.</summary>
    public int Instructions { get; private set; }

    public long Received => _viewers.Sum(viewer => viewer.Received);

    /// <summary>Connections that ended by themselves, and why.</summary>
    public IEnumerable<string> Broken => _viewers.Select(viewer => viewer.Broken).OfType<string>().Concat(_troubles);

    public async ValueTask DisposeAsync()
    {
        foreach (var viewer in _viewers)
            await viewer.DisposeAsync();
    }

    /// <summary>Asks for a link to a shipment, as soon as the server knows it, and follows it.</summary>
    public async Task<Uri> FollowAsync(ShipmentId shipment, CancellationToken cancellationToken)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(s_linkWithin);
        try
        {
            Uri? link;
            while ((link = await api.LinkAsync(shipment, within.Token)) is null)
                await Task.Delay(s_poll, within.Token);
            await OpenAsync("Follow", [TokenOf(link), 0, 0], within.Token);
            return link;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoException($"The server does not know {shipment}, {s_linkWithin.TotalSeconds} seconds after it was to be sent.");
        }
    }

    /// <summary>Follows these, one after the other, until <paramref name="meanwhile"/> has ended.</summary>
    public async Task FollowInBackground(IEnumerable<ShipmentId> shipments, Task meanwhile)
    {
        using var over = new CancellationTokenSource();
        var following = FollowAllAsync(shipments, over.Token);
        try
        {
            await meanwhile;
        }
        finally
        {
            await over.CancelAsync();
            await following;
        }
    }

    async Task FollowAllAsync(IEnumerable<ShipmentId> shipments, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var shipment in shipments)
                await FollowAsync(shipment, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The demo is over before all of them were on their way.
        }
        catch (Exception e) when (e is DemoException or HttpRequestException)
        {
            _troubles.Add(e.Message);
        }
    }

    /// <summary>One of them changes where the parcel is left.</summary>
    public async Task InstructAsync(Uri link, CancellationToken cancellationToken)
    {
        if (await api.InstructAsync(link, "Please leave it behind the bicycle shed", cancellationToken))
            Instructions++;
        else
            _troubles.Add("The server did not take an instruction.");
    }

    public Task WatchFleetAsync(CancellationToken cancellationToken) => OpenAsync("WatchFleet", [operatorKey], cancellationToken);

    async Task OpenAsync(string method, object[] arguments, CancellationToken cancellationToken)
    {
        var hub = new UriBuilder(api.Address) { Scheme = "ws", Path = HubPath }.Uri;
        try
        {
            _viewers.Add(await HubViewer.OpenAsync(hub, method, arguments, cancellationToken));
        }
        catch (WebSocketException e)
        {
            throw new DemoException($"A viewer could not connect to {hub}: {e.Message}");
        }
    }

    // The link's last part is the capability itself.
    static string TokenOf(Uri link) => link.Segments[^1];
}
