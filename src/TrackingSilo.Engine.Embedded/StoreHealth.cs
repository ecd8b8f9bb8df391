using Microsoft.Extensions.Logging;

namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// Whether the store answers. While it does not, all stays as it is in memory and is tried again: changes wait to be saved, reports for actors that are not in memory wait to
/// be delivered, and what is in memory goes on. Any thread may use it.
/// </summary>
sealed class StoreHealth(TimeProvider clock, ILogger log)
{
    readonly Lock _lock = new();
    volatile StoreTask _failing;
    long _since;

    public bool IsAway => _failing != 0;

    /// <summary>Whether a load is worth a try. After one has failed a shard does not wait for the next, until another task has found the store answering.</summary>
    public bool MayLoad => (_failing & StoreTask.Load) == 0;

    /// <summary>How long it has not answered; null: it does.</summary>
    public TimeSpan? AwayFor
    {
        get
        {
            lock (_lock)
                return IsAway ? clock.GetElapsedTime(_since) : null;
        }
    }

    public void Failed(StoreTask task, Exception failure)
    {
        lock (_lock)
        {
            if (!IsAway)
            {
                _since = clock.GetTimestamp();
                log.StoreAway(failure);
            }
            _failing |= task;
        }
    }

    public void Succeeded(StoreTask task)
    {
        if ((_failing & task) == 0)
            return;
        lock (_lock)
        {
            _failing &= ~task;
            if (!IsAway)
                log.StoreBack((long)clock.GetElapsedTime(_since).TotalSeconds);
        }
    }
}

/// <summary>What the store is asked to do.</summary>
[Flags]
enum StoreTask
{
    Save = 1,
    Load = 2,
    RenewLease = 4,
}

/// <summary>The store did not answer a load: what needs it waits.</summary>
sealed class StoreAwayException(Exception? inner) : Exception("The store does not answer.", inner);
