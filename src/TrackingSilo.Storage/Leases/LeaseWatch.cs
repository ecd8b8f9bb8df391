using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Storage.Leases;

/// <summary>
/// One try to open a store, in one transaction: takes the lease and begins a run, or changes nothing and says who holds it.
/// </summary>
/// <param name="deserted">A lease that may be taken as it stands, however long it says that it lasts.</param>
delegate Task<OpenAttempt> TryOpen(Lease? deserted, CancellationToken cancellationToken);

/// <param name="Run">The new run, where <paramref name="HeldBy"/> is null.</param>
/// <param name="TakenFrom">Whose lease was taken over; null where there was none.</param>
readonly record struct OpenAttempt(long Run, Lease? HeldBy, Lease? TakenFrom);

/// <summary>Opens a store, and waits out a holder that no longer renews.</summary>
static partial class LeaseWatch
{
    /// <summary>
    /// Whether a lease may be taken: it ran out, its process is dead (so that a crash and restart need not wait), or it was watched for its whole
    /// duration without being renewed, whatever the clocks say.
    /// </summary>
    public static bool IsFree(Lease lease, DateTimeOffset now, Lease? deserted) => lease.ExpiresAt <= now || lease == deserted || lease.Process.IsGone();

    /// <exception cref="StoreHeldException">The holder renewed its lease while it was watched: it lives.</exception>
    public static async Task<long> OpenAsync(
        TryOpen tryOpen, string store, string remedy, LeaseTerms terms, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        Lease? watched = null;
        Lease? deserted = null;
        var since = clock.GetTimestamp();
        while (true)
        {
            var attempt = await tryOpen(deserted, cancellationToken);
            if (attempt.HeldBy is not { } lease)
            {
                if (attempt.TakenFrom is { } before)
                    TookOver(logger, store, before);
                return attempt.Run;
            }
            if (watched is null)
                Waiting(logger, store, lease, terms.Duration);
            else if (watched != lease)
                throw new StoreHeldException($"{store} is in use by another server, {lease}, which has just renewed its lease. Stop that server, or {remedy}.");
            else if (clock.GetElapsedTime(since) >= terms.Duration)
                deserted = lease;
            watched = lease;
            await Task.Delay(terms.WatchInterval, clock, cancellationToken);
        }
    }

    /// <summary>What to throw where a server no longer finds its own lease.</summary>
    public static StoreHeldException Lost(string store, Lease? now)
        => new($"This server has lost its lease on {store}: {(now is null ? "nobody holds it now" : $"it is in use by {now}")}. Nothing was saved; this server must stop.");
}
