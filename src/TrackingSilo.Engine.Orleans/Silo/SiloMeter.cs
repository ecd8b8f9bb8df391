using System.Diagnostics.Metrics;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>What only a silo can measure, beside Orleans' own meters.</summary>
sealed class SiloMeter : IDisposable
{
    public const string Name = "TrackingSilo.Engine.Orleans";

    readonly Meter _meter = new(Name);
    readonly Counter<long> _calls;

    public SiloMeter(SiloParts parts, Flusher flusher)
    {
        _calls = _meter.CreateCounter<long>("tracking.cluster.deliveries", null, "deliveries to grains; those whose grain was on this silo are local");
        _meter.CreateObservableGauge("tracking.cluster.grains", () => parts.Residents.All.Count(), null, "grains in this silo's memory");
        _meter.CreateObservableGauge("tracking.cluster.grains.dirty", () => parts.Residents.DirtyCount, null, "grains changed and not saved");
        _meter.CreateObservableGauge("tracking.cluster.store.rate", () => flusher.WritesPerSecond, null, "grains that the store takes a second, as measured in the last flush of some size");
        _meter.CreateObservableGauge("tracking.cluster.flush.rest", () => flusher.Rest.TotalSeconds, "s", "how long the last flush made the next one wait, so that the store keeps up");
        _meter.CreateObservableGauge("tracking.cluster.input.live", () => parts.Input.IsLive ? 1 : 0, null, "1 while every partition of the cluster is read to its end");
        _meter.CreateObservableCounter("tracking.cluster.gaps", () => Interlocked.Read(ref parts.Counters.Gaps), null, "deliveries to actors that had lost what was delivered before");
    }

    public void Called(bool isLocal) => _calls.Add(1, new KeyValuePair<string, object?>("local", isLocal));

    public void Dispose() => _meter.Dispose();
}
