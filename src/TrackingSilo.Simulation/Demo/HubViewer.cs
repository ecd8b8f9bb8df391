using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrackingSilo.Simulation.Demo;

/// <summary>
/// A viewer as a browser's page is one: a WebSocket that speaks SignalR's JSON protocol (aspnetcore, HubProtocol.md). It calls one method and counts what it is sent.
/// </summary>
sealed class HubViewer : IAsyncDisposable
{
    const byte EndOfMessage = 0x1E;
    static readonly byte[] s_handshake = [.. """{"protocol":"json","version":1}"""u8, EndOfMessage];
    static readonly byte[] s_ping = [.. """{"type":6}"""u8, EndOfMessage];

    // The server gives up on a client after 30 s of silence.
    static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(10);

    readonly ClientWebSocket _socket = new();
    readonly CancellationTokenSource _closed = new();
    readonly Uri _hub;
    Task _running = Task.CompletedTask;
    long _received;

    HubViewer(Uri hub) => _hub = hub;

    /// <summary>Messages with news, answers to the call included.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>The newest of them.</summary>
    public JsonNode? Newest { get; private set; }

    /// <summary>What the call came to: the property <c>result</c> of its answer.</summary>
    public string? Result { get; private set; }

    /// <summary>Why it ended before it was disposed of; null: it has not.</summary>
    public string? Broken { get; private set; }

    /// <param name="hub">Address of the hub, <c>ws://…</c>.</param>
    public static async Task<HubViewer> OpenAsync(Uri hub, string method, object[] arguments, CancellationToken cancellationToken)
    {
        var viewer = new HubViewer(hub);
        try
        {
            await viewer._socket.ConnectAsync(viewer._hub, cancellationToken);
            await viewer.SendAsync(s_handshake);
            var call = JsonSerializer.SerializeToUtf8Bytes(new { type = 1, invocationId = "1", target = method, arguments });
            byte[] message = [.. call, EndOfMessage];
            await viewer.SendAsync(message);
        }
        catch
        {
            await viewer.DisposeAsync();
            throw;
        }
        viewer._running = Task.WhenAll(viewer.ReceiveAsync(), viewer.KeepAliveAsync());
        return viewer;
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _running;
        _socket.Dispose();
        _closed.Dispose();
    }

    ValueTask SendAsync(ReadOnlyMemory<byte> message) => _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _closed.Token);

    async Task KeepAliveAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(s_keepAlive);
            while (await timer.WaitForNextTickAsync(_closed.Token))
                await SendAsync(s_ping);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            Broken ??= _closed.IsCancellationRequested ? null : e.Message;
        }
    }

    async Task ReceiveAsync()
    {
        var pending = new ArrayBufferWriter<byte>(16 * 1024);
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(pending.GetMemory(4 * 1024), _closed.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    Broken ??= "closed by the server";
                    return;
                }
                pending.Advance(received.Count);
                Take(pending);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or JsonException)
        {
            Broken ??= _closed.IsCancellationRequested ? null : e.Message;
        }
    }

    void Take(ArrayBufferWriter<byte> pending)
    {
        var left = pending.WrittenMemory;
        for (var end = left.Span.IndexOf(EndOfMessage); end >= 0; end = left.Span.IndexOf(EndOfMessage))
        {
            Take(left.Span[..end]);
            left = left[(end + 1)..];
        }
        var rest = left.ToArray();
        pending.ResetWrittenCount();
        pending.Write(rest);
    }

    void Take(ReadOnlySpan<byte> message)
    {
        var json = JsonNode.Parse(message);
        switch ((int?)json?["type"])
        {
            case 1: // an invocation: the server calls us
                Newest = json!["arguments"]?[0];
                Interlocked.Increment(ref _received);
                break;
            case 3: // the completion of our call
                Result = (string?)json!["result"]?["result"] ?? (string?)json["error"];
                if (json["result"]?["view"] is { } view)
                {
                    Newest = view;
                    Interlocked.Increment(ref _received);
                }
                break;
        }
    }
}
