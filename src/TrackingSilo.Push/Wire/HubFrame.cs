namespace TrackingSilo.Push.Wire;

/// <summary>
/// A call of a page's method in SignalR's JSON protocol, as it goes over the wire: written once for all viewers of a tick, since making one anew for each would cost more than sending it.
/// </summary>
sealed class HubFrame(WireMoment moment, byte[] bytes)
{
    const byte EndOfMessage = 0x1E;

    public WireMoment Moment => moment;

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <param name="target">Name of the method.</param>
    /// <param name="head">With <paramref name="tail"/> its one argument.</param>
    public static byte[] Of(ReadOnlySpan<byte> target, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
        => [.. "{\"type\":1,\"target\":\""u8, .. target, .. "\",\"arguments\":["u8, .. head, .. tail, .. "]}"u8, EndOfMessage];
}
