using System.Collections.Concurrent;
using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion;

/// <summary>How long carriers take from a scan to its record in the log: a median for each, since the start of this process. Any thread may count.</summary>
public sealed class ScanDelays
{
    /// <summary>Half an octave each, from a second to about a year.</summary>
    const int Buckets = 50;

    readonly ConcurrentDictionary<string, long[]> _counts = new(StringComparer.Ordinal);

    /// <summary>In seconds, by carrier, to within a fifth.</summary>
    public IReadOnlyDictionary<string, double> Medians => _counts.ToDictionary(entry => entry.Key, entry => Median(entry.Value));

    public void Add(string carrier, TimeSpan delay)
    {
        if (!_counts.TryGetValue(carrier, out var counts))
        {
            // Carriers are whatever senders call themselves: beyond any real number of them nobody is counted.
            if (_counts.Count >= Limits.CarriersCountedMax)
                return;
            counts = _counts.GetOrAdd(carrier, _ => new long[Buckets]);
        }
        Interlocked.Increment(ref counts[Math.Clamp((int)(2 * Math.Log2(Math.Max(1, delay.TotalSeconds))), 0, Buckets - 1)]);
    }

    static double Median(long[] counts)
    {
        var half = counts.Sum() / 2.0;
        var bucket = 0;
        for (var seen = counts[0]; seen < half; seen += counts[bucket])
            bucket++;
        return Math.Round(Math.Pow(2, (bucket + 0.5) / 2), 1);
    }
}
