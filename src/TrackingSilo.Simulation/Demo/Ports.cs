using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrackingSilo.Simulation.Demo;

/// <summary>Ports on this machine's own address.</summary>
static class Ports
{
    /// <summary>The one asked for, if nobody listens there, or a free one.</summary>
    public static int Choose(int? wanted)
    {
        using var listener = new TcpListener(IPAddress.Loopback, wanted ?? 0);
        try
        {
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            var why = e.SocketErrorCode == SocketError.AccessDenied ? "may not be opened by this user" : "is in use by another program";
            throw new DemoException(
                string.Create(CultureInfo.InvariantCulture, $"Port {wanted} {why}. Choose another with --port N, or leave it out to get a free one."),
                DemoException.WrongArguments);
        }
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
