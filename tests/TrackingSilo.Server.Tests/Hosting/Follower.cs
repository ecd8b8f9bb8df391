using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Tests.SignalR;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>
/// Somebody with a tracking page open: follows one shipment whatever happens to the server, each time with the version that it has, and remembers every view that it showed.
/// </summary>
sealed class Follower : IAsyncDisposable
{
    // Far more often than a page: to be there before a started server has read the log to its end.
    static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(20);

    readonly CancellationTokenSource _left = new();
    readonly Lock _gate = new();
    readonly List<SeenView> _seen = [];
    readonly List<string> _wrong = [];
    readonly Uri _hub;
    readonly string _link;
    readonly Task _running;
    TaskCompletionSource _anotherScan = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Follower(ShipmentId shipment, Uri link)
    {
        Shipment = shipment;
        _hub = new UriBuilder(link) { Scheme = "ws", Path = "/hub" }.Uri;
        _link = link.Segments[^1];
        _running = FollowAsync();
    }

    public ShipmentId Shipment { get; }

    /// <summary>How often it has found a server.</summary>
    public int Connections { get; private set; }

    /// <summary>How often a server has answered that it will send what comes.</summary>
    public int Follows { get; private set; }

    /// <summary>What it is doing, for messages.</summary>
    public string State { get; private set; } = "not begun";

    /// <summary>What the server should never have sent.</summary>
    public IReadOnlyList<string> Wrong
    {
        get
        {
            lock (_gate)
                return [.. _wrong];
        }
    }

    public IReadOnlyList<SeenView> Seen
    {
        get
        {
            lock (_gate)
                return [.. _seen];
        }
    }

    public SeenView? Newest
    {
        get
        {
            lock (_gate)
                return _seen.LastOrDefault();
        }
    }

    /// <summary>
    /// What it should never have seen: what <see cref="Wrong"/> says, and each view that went back behind one before. For shipments of which nothing is ever taken back: no scan
    /// disappears, and none gives its place to an older one.
    /// </summary>
    public IReadOnlyList<string> StepsBack()
    {
        var seen = Seen;
        return
        [
            .. Wrong.Select(wrong => $"{Shipment}: {wrong}"),
            .. seen.Zip(seen.Skip(1)).Where(step => step.Second.IsStepBackFrom(step.First)).Select(step => $"{Shipment}: {step.First}, then {step.Second}"),
        ];
    }

    /// <summary>Completes when it is shown a scan that it has not seen before now.</summary>
    public Task AnotherScanAsync()
    {
        lock (_gate)
            return (_anotherScan = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _running;
        _left.Dispose();
    }

    async Task FollowAsync()
    {
        while (!_left.IsCancellationRequested)
        {
            try
            {
                await FollowOnceAsync();
            }
            catch (Exception lost) when (lost is WebSocketException or IOException or InvalidOperationException or HubException or OperationCanceledException)
            {
                State = "lost: " + lost.Message; // the server is gone or going: a page tries again, and so does this
            }
            await Task.WhenAny(Task.Delay(s_again, _left.Token));
        }
    }

    async Task FollowOnceAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leaving = _left.Token.Register(() => closed.TrySetResult());
        await using var hub = new HubConnectionBuilder().WithWebSocket(_hub).Build();
        var ofThisConnection = default(ViewVersion);
        hub.On<JsonElement>("changed", view => Take(SeenView.Of(view), ref ofThisConnection));
        hub.On<JsonElement>("moved", motion => Move(motion, ref ofThisConnection));
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        State = "connecting";
        await hub.StartAsync(_left.Token);
        Connections++;
        State = "asking";
        var have = Newest?.Version ?? default;
        var answer = await hub.InvokeAsync<JsonElement>("Follow", _link, have.Run, have.Number, _left.Token);
        switch (answer.GetProperty("result").GetString())
        {
            case "view":
                TakeAnswer(SeenView.Of(answer.GetProperty("view")), have);
                break;
            case "nothingNewer":
                break;
            case var other:
                Complain($"Follow with {have} was answered '{other}'");
                break;
        }
        Follows++;
        State = $"following, after '{answer.GetProperty("result").GetString()}'";
        await closed.Task;
    }

    // A change that overtook the answer is newer than it; the answer must be newer than what it was asked with.
    void TakeAnswer(SeenView view, ViewVersion have)
    {
        lock (_gate)
        {
            if (!view.Version.Supersedes(have))
                _wrong.Add($"asked with {have}, answered {view.Version}");
            if (view.Version.Supersedes(_seen.LastOrDefault()?.Version ?? default) && view.Version.Run >= (_seen.LastOrDefault()?.Version.Run ?? 0))
                _seen.Add(view);
        }
    }

    void Take(SeenView view, ref ViewVersion last)
    {
        lock (_gate)
        {
            if (!view.Version.Supersedes(last))
                _wrong.Add($"{view.Version} came after {last} on one connection");
            last = view.Version;
            if (view.Scans.Count > (_seen.LastOrDefault()?.Scans.Count ?? int.MaxValue))
                _anotherScan.TrySetResult();
            _seen.Add(view);
        }
    }

    // What moves with the van is not remembered here, only that the page had what it builds on.
    void Move(JsonElement motion, ref ViewVersion last)
    {
        SeenView? has;
        lock (_gate)
            has = _seen.LastOrDefault();
        var (version, on) = (SeenView.VersionOf(motion.GetProperty("version")), SeenView.VersionOf(motion.GetProperty("on")));
        if (has is null || has.Version.Run != on.Run || has.Version.Number < on.Number)
            Complain($"{version} moves on {on}, and the page has {has}");
        else
            Take(has with { Version = version }, ref last);
    }

    void Complain(string what)
    {
        lock (_gate)
            _wrong.Add(what);
    }
}

/// <summary>What a page has shown.</summary>
sealed record SeenView(ViewVersion Version, bool IsLive, bool IsUnsaved, ShipmentStatus Status, DateTimeOffset? StatusSince, IReadOnlyList<string> Scans)
{
    public static SeenView Of(JsonElement view)
    {
        return new SeenView(
            VersionOf(view.GetProperty("version")),
            !view.TryGetProperty("asOf", out _),
            view.TryGetProperty("unsaved", out var unsaved) && unsaved.GetBoolean(),
            Enum.Parse<ShipmentStatus>(view.GetProperty("status").GetString()!, ignoreCase: true),
            view.TryGetProperty("statusSince", out var since) ? since.GetDateTimeOffset() : null,
            [.. view.GetProperty("timeline").EnumerateArray().Select(scan => scan.GetProperty("id").GetString()!)]);
    }

    public static ViewVersion VersionOf(JsonElement version) => new(version.GetProperty("run").GetInt64(), version.GetProperty("number").GetInt64());

    public bool IsStepBackFrom(SeenView before)
        => Version.Run < before.Version.Run
            || (Version.Run == before.Version.Run && Version.Number <= before.Version.Number)
            || !before.Scans.All(Scans.Contains)
            || StatusSince < before.StatusSince
            || (StatusSince == before.StatusSince && Status != before.Status);

    public override string ToString() => $"{Version.Run}.{Version.Number} {(IsLive ? "" : "(stored) ")}{(IsUnsaved ? "(unsaved) " : "")}{Status} since {StatusSince:O}, {Scans.Count} scans";
}
