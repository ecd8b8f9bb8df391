using System.Text.Json;
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

    HubViewer(Uri site, int? receiveBuffer)
    {
        var hub = new UriBuilder(site) { Scheme = "ws", Path = "/hub" }.Uri;
        _hub = new HubConnectionBuilder().WithWebSocket(hub, connection => Line = connection, receiveBuffer).Build();
        _hub.On<JsonElement>("changed", view => Assert.True(_changes.Writer.TryWrite(view)));
        _hub.On<JsonElement>("gone", _ => _gone.TrySetResult());
        _hub.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public WebSocketConnection? Line { get; private set; }

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

    public Task<JsonElement> FollowAsync(string link, ViewVersion have = default)
        => _hub.InvokeAsync<JsonElement>("Follow", link, have.Run, have.Number);

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
}
