using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion.Gateway;

/// <summary>Bounds what the gateway works on at once: requests, and bytes of their bodies. Any thread may use it.</summary>
sealed class GatewayAdmission
{
    int _requests;
    long _bytes;

    /// <summary>False: too much is under way. What was taken is given back by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _requests) <= Limits.GatewayRequestsInFlight)
            return true;
        Interlocked.Decrement(ref _requests);
        return false;
    }

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= Limits.GatewayBytesInFlight)
            return true;
        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    public void Leave(int bytes)
    {
        Interlocked.Decrement(ref _requests);
        Interlocked.Add(ref _bytes, -bytes);
    }
}
