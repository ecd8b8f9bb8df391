using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>
/// One open tracking page: follows a shipment, comes back after a break with what it has, and notes how old each report was when its view came; reads as little of a message as it can, since
/// thousands of them share a processor.
/// </summary>
sealed class Viewer(Uri hub, string link, int van, ViewerBoard board)
{
    const byte EndOfMessage = 0x1E;
    static readonly byte[] s_handshake = [.. """{"protocol":"json","version":1}"""u8, EndOfMessage];
    static readonly byte[] s_ping = [.. """{"type":6}"""u8, EndOfMessage];

    readonly byte[] _first = new byte[16 * 1024];
    ClientWebSocket? _socket;
    (long Run, long Number) _version;
    int _failures;

    public int Van => van;

    public bool IsFollowing { get; private set; }

    /// <summary>The van's newest turn that it has seen; −1: none.</summary>
    public long Turn { get; private set; } = -1;

    public long Run => _version.Run;

    /// <summary>Follows until it is told to leave.</summary>
    /// <param name="reads">If not, it asks and then never takes anything off the line.</param>
    public async Task StayAsync(bool reads, CancellationToken left)
    {
        while (!left.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(reads, left);
                _failures = 0;
                if (reads)
                    await ReadAsync(left);
                else
                    await NeverReadAsync(left);
            }
            catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
            {
                board.Lost();
            }
            IsFollowing = false;
            _socket?.Dispose();
            var wait = Math.Min(30_000, 500 * (1 << Math.Min(6, _failures++))) * (0.5 + board.NextLuck());
            await Task.WhenAny(Task.Delay((int)wait, left));
        }
    }

    public async Task PingAsync()
    {
        try
        {
            if (IsFollowing && _socket is { State: WebSocketState.Open } socket)
                await socket.SendAsync(s_ping, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception lost) when (lost is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The reading side sees the same end, and comes back.
        }
    }

    async Task ConnectAsync(bool reads, CancellationToken left)
    {
        _socket = new ClientWebSocket();
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = (context, cancellation) => DialAsync(context, reads, cancellation) });
        await board.Door.WaitAsync(left);
        try
        {
            await _socket.ConnectAsync(hub, invoker, left);
            await _socket.SendAsync(s_handshake, WebSocketMessageType.Text, true, left);
            var call = JsonSerializer.SerializeToUtf8Bytes(new { type = 1, invocationId = "1", target = "Follow", arguments = new object[] { link, _version.Run, _version.Number } });
            await _socket.SendAsync((byte[])[.. call, EndOfMessage], WebSocketMessageType.Text, true, left);
        }
        finally
        {
            board.Door.Release();
        }
    }

    static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, bool reads, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (!reads)
            socket.ReceiveBufferSize = 4_096;
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    async Task NeverReadAsync(CancellationToken left)
    {
        IsFollowing = true;
        // The line tells nobody who does not read that it was cut; a ping into it does, some time.
        while (!left.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), left);
            await _socket!.SendAsync(s_ping, WebSocketMessageType.Text, true, left);
        }
    }

    async Task ReadAsync(CancellationToken left)
    {
        var buffer = _first;
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var received = await _socket!.ReceiveAsync(buffer.AsMemory(length), left);
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            length += received.Count;
            var taken = 0;
            for (int end; (end = buffer.AsSpan(taken, length - taken).IndexOf(EndOfMessage)) >= 0; taken += end + 1)
                Take(buffer.AsSpan(taken, end));
            buffer.AsSpan(taken, length - taken).CopyTo(buffer);
            length -= taken;
        }
    }

    void Take(ReadOnlySpan<byte> message)
    {
        if (message.IndexOf("\"type\":3"u8) >= 0)
        {
            if (message.IndexOf("\"gone\""u8) >= 0 || message.IndexOf("\"error\""u8) >= 0)
                board.Complain($"Follow was answered {Encoding.UTF8.GetString(message)}");
            IsFollowing = true;
        }
        var version = message.IndexOf("\"version\":{"u8);
        if (version < 0)
            return;
        var next = (Run: NumberAfter(message[version..], "\"run\":"u8), Number: NumberAfter(message[version..], "\"number\":"u8));
        board.Viewed();
        if (next.Run < _version.Run || (next.Run == _version.Run && next.Number <= _version.Number))
            board.Reordered();
        _version = next;
        var seen = message.IndexOf("\"vehicleSeenAt\":\""u8);
        if (seen >= 0)
            See(Town.MillisecondsOf(message[(seen + 17)..]));
    }

    void See(long seenAtMs)
    {
        var turn = board.Schedule.TurnAt(van, seenAtMs);
        if (turn < Turn)
            board.Older();
        if (Turn >= 0)
            board.Note(van, Turn, turn);
        Turn = Math.Max(Turn, turn);
    }

    static long NumberAfter(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var at = json.IndexOf(name) + name.Length;
        long number = 0;
        for (; at < json.Length && char.IsAsciiDigit((char)json[at]); at++)
            number = (number * 10) + json[at] - '0';
        return number;
    }
}
