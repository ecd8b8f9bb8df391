using System.Net;
using TrackingSilo.Engine;

namespace TrackingSilo.Push.Links;

/// <summary>Counts failed links and keys per address. Only failures: who holds a good link is never held up by what others on the same address try.</summary>
public sealed class LinkFailures(TimeProvider realTime, PushStatistics statistics)
{
    readonly AttemptLimiter _limiter = new(Limits.LinkFailuresPerMinute, Limits.LimiterSlots, realTime);

    /// <summary>Counts one; false when the address has used up its allowance.</summary>
    public bool TryCount(IPAddress? address)
    {
        statistics.LinkFailed();
        if (_limiter.TryCount(address))
            return true;
        statistics.LinkFailureLimited();
        return false;
    }
}
