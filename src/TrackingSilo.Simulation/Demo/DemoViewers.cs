using System.Collections.Concurrent;
using System.Net.WebSockets;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The people who look: some on tracking pages, one on the fleet page.</summary>
sealed class DemoViewers(ServerApi api, string operatorKey) : IAsyncDisposable
{
    /// <summary>Hub that pages connect to.</summary>
    const string HubPath = "/hub";

    /// <summary>Open tracking pages: enough to see views go out all the time.</summary>
    const int OpenMax = 30;

    static readonly TimeSpan s_linkWithin = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_oneComesEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    // Read by the one who counts while people come and go.
    readonly ConcurrentQueue<HubViewer> _open = [];
    readonly ConcurrentQueue<string> _troubles = [];
    readonly HashSet<ShipmentId> _followed = [];
    HubViewer? _fleetPage;
    long _receivedByThoseWhoLeft;

    /// <summary>Instructions that the server has received.</summary>
    public int Instructions { get; private set; }

    /// <summary>Messages that all of them were sent.</summary>
    public long Received => Interlocked.Read(ref _receivedByThoseWhoLeft) + _open.Sum(viewer => viewer.Received) + (_fleetPage?.Received ?? 0);

    /// <summary>What went wrong: connections that ended by themselves, links that did not come.</summary>
    public IEnumerable<string> Troubles => _open.Append(_fleetPage).Select(viewer => viewer?.Broken).OfType<string>().Concat(_troubles);

    public async ValueTask DisposeAsync()
    {
        foreach (var viewer in _open)
            await viewer.DisposeAsync();
        if (_fleetPage is not null)
            await _fleetPage.DisposeAsync();
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
            _followed.Add(shipment);
            _open.Enqueue(await OpenAsync("Follow", [TokenOf(link), 0, 0], within.Token));
            return link;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoException($"The server does not know {shipment}, {s_linkWithin.TotalSeconds} seconds after it was to be sent.");
        }
    }

    /// <summary>New people come and look at what is about to move, and the first ones leave, until <paramref name="meanwhile"/> has ended.</summary>
    /// <param name="next">Shipments that are about to move.</param>
    public async Task ComeAndGoAsync(Func<IEnumerable<ShipmentId>> next, Task meanwhile)
    {
        using var over = new CancellationTokenSource();
        var coming = ComeAndGoAsync(next, over.Token);
        try
        {
            await meanwhile;
        }
        finally
        {
            await over.CancelAsync();
            await coming;
        }
    }

    async Task ComeAndGoAsync(Func<IEnumerable<ShipmentId>> next, CancellationToken over)
    {
        try
        {
            using var timer = new PeriodicTimer(s_oneComesEvery);
            while (await timer.WaitForNextTickAsync(over))
            {
                if (next().FirstOrDefault(shipment => !_followed.Contains(shipment)) is { Value.Length: > 0 } shipment)
                    await FollowAsync(shipment, over);
                while (_open.Count > OpenMax && _open.TryDequeue(out var first))
                    await LeaveAsync(first);
            }
        }
        catch (OperationCanceledException)
        {
            // The demo is over before all of them were on their way.
        }
        catch (Exception e) when (e is DemoException or HttpRequestException)
        {
            _troubles.Enqueue(e.Message);
        }
    }

    async Task LeaveAsync(HubViewer viewer)
    {
        if (viewer.Broken is { } why)
            _troubles.Enqueue(why);
        await viewer.DisposeAsync();
        Interlocked.Add(ref _receivedByThoseWhoLeft, viewer.Received);
    }

    /// <summary>One of them changes where the parcel is left.</summary>
    public async Task InstructAsync(Uri link, CancellationToken cancellationToken)
    {
        if (await api.InstructAsync(link, "Please leave it behind the bicycle shed", cancellationToken))
            Instructions++;
        else
            _troubles.Enqueue("The server did not take an instruction.");
    }

    public async Task WatchFleetAsync(CancellationToken cancellationToken) => _fleetPage = await OpenAsync("WatchFleet", [operatorKey], cancellationToken);

    async Task<HubViewer> OpenAsync(string method, object[] arguments, CancellationToken cancellationToken)
    {
        var hub = new UriBuilder(api.Address) { Scheme = "ws", Path = HubPath }.Uri;
        try
        {
            return await HubViewer.OpenAsync(hub, method, arguments, cancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new DemoException($"A viewer could not connect to {hub}: {e.Message}");
        }
    }

    // The link's last part is the capability itself.
    static string TokenOf(Uri link) => link.Segments[^1];
}
