using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR.Client;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Tests.SignalR;

/// <summary>A viewer as the page's script is one: follows, keeps the newest version, and notices if it is ever given an older one.</summary>
public sealed class HubViewer : IAsyncDisposable
{
    readonly Channel<JsonElement> _changes = Channel.CreateBounded<JsonElement>(10_000);
    readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HubConnection _hub;
    JsonObject? _view;
    int _moves;

    HubViewer(Uri site, int? receiveBuffer)
    {
        var hub = new UriBuilder(site) { Scheme = "ws", Path = "/hub" }.Uri;
        _hub = new HubConnectionBuilder().WithWebSocket(hub, connection => Line = connection, receiveBuffer).Build();
        _hub.On<JsonObject>("changed", Take);
        _hub.On<JsonObject>("moved", Move);
        _hub.On<JsonElement>("gone", _ => _gone.TrySetResult());
        _hub.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>What moves with the van, and is gone where a <c>moved</c> does not say it.</summary>
    static readonly string[] s_motion = ["arrival", "stopsAway", "vehiclePlace", "vehicleWithinMetres", "vehicleSeenAt", "vehicleSilent"];

    public WebSocketConnection? Line { get; private set; }

    /// <summary>How many of the changes said only how the van has moved.</summary>
    public int Moves => _moves;

    /// <summary>Completes when the server has said that a follow has ended.</summary>
    public Task Gone => _gone.Task;

    public Task Closed => _closed.Task;

    public HubConnection Hub => _hub;

    public static async Task<HubViewer> ConnectAsync(Uri site, int? receiveBuffer = null)
    {
        var viewer = new HubViewer(site, receiveBuffer);
        await viewer._hub.StartAsync();
        return viewer;
    }

    public async Task<JsonElement> FollowAsync(string link, ViewVersion have = default)
    {
        var answer = await _hub.InvokeAsync<JsonElement>("Follow", link, have.Run, have.Number);
        if (answer.TryGetProperty("view", out var view))
            _view ??= JsonObject.Create(view);
        return answer;
    }

    public async Task<JsonElement> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _changes.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Reads changes until one is of this number; every one before must be newer than the last.</summary>
    /// <returns>How many came.</returns>
    public async Task<int> ReadUntilAsync(long number)
    {
        long last = -1;
        for (var count = 1; ; count++)
        {
            var view = await NextAsync();
            var version = view.GetProperty("version").GetProperty("number").GetInt64();
            Assert.True(version > last, $"version {version} came after {last}");
            last = version;
            if (version == number)
                return count;
        }
    }

    public bool HasChange => _changes.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    void Take(JsonObject view)
    {
        _view = view;
        Assert.True(_changes.Writer.TryWrite(JsonSerializer.SerializeToElement(view)));
    }

    void Move(JsonObject motion)
    {
        var (has, on) = (_view!["version"]!, motion["on"]!);
        Assert.True((long)has["run"]! == (long)on["run"]! && (long)has["number"]! >= (long)on["number"]!, $"a move on {on} came to one who has {has}");
        _moves++;
        var view = _view.DeepClone().AsObject();
        foreach (var name in s_motion)
            view.Remove(name);
        foreach (var (name, value) in motion.Where(property => property.Key != "on"))
            view[name] = value?.DeepClone();
        Take(view);
    }

}
