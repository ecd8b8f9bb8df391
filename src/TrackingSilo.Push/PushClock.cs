using TrackingSilo.Engine;
using TrackingSilo.Engine.Time;

namespace TrackingSilo.Push;

/// <summary>The two times that this project deals in, from the one provider: domain time for what pages show, real time for ticks and limits.</summary>
public sealed class PushClock(TimeProvider time)
{
    /// <summary>Real, monotonic: for delays and for measuring.</summary>
    public TimeProvider Real => time;

    /// <summary>Domain time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Domain seconds a real second: a page counts down in domain time.</summary>
    public double Speed => time is DomainClock clock ? clock.Speed : 1;

    /// <summary>Until when, in domain time, a lease lasts that begins now.</summary>
    public DateTimeOffset LeaseEnd => time is DomainClock clock ? clock.After(Limits.WatchLease) : time.GetUtcNow() + Limits.WatchLease;
}
