using System.Globalization;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>
/// When each van reports: one after the other at an even rate. A report carries the moment for which it was planned, so what waits because the sender is late counts as latency too
/// (no coordinated omission).
/// </summary>
/// <param name="StartMs">Unix time of the first report.</param>
sealed record Schedule(long StartMs, int Vans, int ReportsPerSecond)
{
    public double IntervalMs => Vans * 1000.0 / ReportsPerSecond;

    public string NameOf(int van) => string.Create(CultureInfo.InvariantCulture, $"VAN-{van:00000}");

    /// <summary>When the report of this number, over all vans, is due.</summary>
    public long DueMs(long number) => StartMs + (long)(number * 1000.0 / ReportsPerSecond);

    public long DueMs(int van, long turn) => DueMs((turn * Vans) + van);

    /// <summary>The turn whose report was due at that moment.</summary>
    public long TurnAt(int van, long dueMs) => (long)Math.Round((((dueMs - StartMs) * ReportsPerSecond / 1000.0) - van) / Vans);
}
