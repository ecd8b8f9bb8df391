using System.Globalization;
using TrackingSilo.Engine;

namespace TrackingSilo.Storage.Leases;

/// <summary>Whose a store is.</summary>
/// <param name="Holder">The server's name for itself.</param>
/// <param name="Token">Different for each time that a lease is taken: who no longer finds its own has lost the store.</param>
sealed record Lease(string Holder, ServerProcess Process, string Token, DateTimeOffset TakenAt, DateTimeOffset ExpiresAt)
{
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"'{Holder}' (host {Process.Host}, process {Process.Pid}, since {TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z)");
}

/// <summary>How a store takes leases. Other than <see cref="Default"/> in tests only.</summary>
/// <param name="Process">On whose behalf.</param>
sealed record LeaseTerms(TimeSpan Duration, ServerProcess Process)
{
    public static LeaseTerms Default { get; } = new(Limits.LeaseDuration, ServerProcess.Current);

    /// <summary>How often a waiting server looks: often enough to see every renewal.</summary>
    public TimeSpan WatchInterval => Duration / 15;
}
