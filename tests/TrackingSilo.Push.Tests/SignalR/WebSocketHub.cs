using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace TrackingSilo.Push.Tests.SignalR;

/// <summary>A .NET client for a SignalR hub over a plain WebSocket, without negotiation: the packages here have the client's core, but not its transports.</summary>
public static class WebSocketHub
{
    /// <param name="hub">Such as <c>ws://127.0.0.1:5000/hub</c>.</param>
    /// <param name="opened">Sees each connection as it is made: tests cut it, or stop reading.</param>
    /// <param name="receiveBuffer">Bytes that the system may take in for a viewer who does not read; null: as it likes.</param>
    public static IHubConnectionBuilder WithWebSocket(this IHubConnectionBuilder builder, Uri hub, Action<WebSocketConnection>? opened = null, int? receiveBuffer = null)
    {
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(hub));
        builder.Services.AddSingleton<IConnectionFactory>(new Factory(opened, receiveBuffer));
        return builder;
    }

    sealed class Factory(Action<WebSocketConnection>? opened, int? receiveBuffer) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var socket = new ClientWebSocket();
            try
            {
                using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = DialAsync }, disposeHandler: false);
                await socket.ConnectAsync(((UriEndPoint)endpoint).Uri, invoker, cancellationToken);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
            var connection = new WebSocketConnection(socket);
            opened?.Invoke(connection);
            return connection;
        }

        async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (receiveBuffer is { } bytes)
                socket.ReceiveBufferSize = bytes;
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}

/// <summary>One WebSocket as the duplex pipe that the SignalR client wants.</summary>
public sealed class WebSocketConnection : ConnectionContext, IDuplexPipe
{
    static readonly PipeOptions s_options = new(useSynchronizationContext: false);

    readonly WebSocket _socket;
    readonly Pipe _received = new(s_options);
    readonly Pipe _toSend = new(s_options);
    readonly CancellationTokenSource _closed = new();
    readonly Task _running;
    volatile TaskCompletionSource? _reading;

    public WebSocketConnection(WebSocket socket)
    {
        _socket = socket;
        ConnectionClosed = _closed.Token;
        _running = Task.WhenAll(ReceiveAsync(), SendAsync());
    }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("n");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport
    {
        get => this;
        set => throw new NotSupportedException();
    }

    public PipeReader Input => _received.Reader;

    public PipeWriter Output => _toSend.Writer;

    /// <summary>Reads nothing more until <see cref="Resume"/>: a viewer whose telephone is in a tunnel.</summary>
    public void Pause() => _reading ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        var reading = _reading;
        _reading = null;
        reading?.TrySetResult();
    }

    /// <summary>Cuts the line without a word.</summary>
    public override void Abort() => _socket.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => _socket.Abort();

    public override async ValueTask DisposeAsync()
    {
        _toSend.Writer.Complete();
        _received.Reader.CancelPendingRead();
        Resume();
        await Task.WhenAny(_running, Task.Delay(TimeSpan.FromSeconds(2)));
        _socket.Abort();
        await _running;
        _socket.Dispose();
        _closed.Dispose();
        await base.DisposeAsync();
    }

    async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                if (_reading is { } paused)
                    await paused.Task;
                var result = await _socket.ReceiveAsync(_received.Writer.GetMemory(4096), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                _received.Writer.Advance(result.Count);
                if ((await _received.Writer.FlushAsync()).IsCompleted)
                    break;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            error = exception;
        }
        _received.Writer.Complete(error);
        _toSend.Reader.CancelPendingRead();
        await _closed.CancelAsync();
    }

    async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var result = await _toSend.Reader.ReadAsync();
                if (!result.Buffer.IsEmpty)
                    await _socket.SendAsync(result.Buffer.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                _toSend.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted || result.IsCanceled)
                    break;
            }
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiving side sees the same end and reports it.
        }
        _toSend.Reader.Complete();
    }
}
