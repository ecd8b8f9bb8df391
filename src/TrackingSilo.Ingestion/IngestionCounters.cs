using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion;

/// <summary>Counts what comes in. Any thread may count; <see cref="Snapshot"/> and the meter <see cref="MeterName"/> read the same numbers.</summary>
public sealed class IngestionCounters : IDisposable
{
    public const string MeterName = "TrackingSilo.Ingestion";

    readonly Meter _meter = new(MeterName);
    readonly ConcurrentDictionary<string, Counter> _consumed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Counter> _lag = new(StringComparer.Ordinal);
    readonly Counter[] _refused = Counters<RefusalReason>();
    readonly Counter[] _lines = Counters<GatewayResult>();

    public IngestionCounters()
    {
        Observe("consumed", "messages read", "topic", () => Snapshot().Consumed);
        Observe("refused", "messages written to the refused topic", "reason", () => Snapshot().Refused);
        Observe("gateway.lines", "lines sent to the HTTP gateway", "result", () => Snapshot().GatewayLines);
        _meter.CreateObservableGauge("tracking.ingestion.lag", () => Measurements("partition", Snapshot().Lag), "{message}", "messages not settled yet");
        Observe("unrecognised", "scans whose code no vocabulary maps", "code", () => UnrecognisedCodes.Counts);
        Observe("key_mismatches", "messages whose key says another identity than their body", KeyMismatches);
        Observe("gaps", "times that a partition went back", Gaps);
        Observe("holes", "offsets that the log left out", Holes);
        Observe("doubles", "messages handed out twice", Doubles);
        Observe("pauses", "times that fetching stopped", Pauses);
        Observe("gateway.requests", "requests to the HTTP gateway", GatewayRequests);
    }

    /// <summary>Codes that nobody has mapped.</summary>
    public UnrecognisedCodes UnrecognisedCodes { get; } = new();

    /// <summary>From scans to their records.</summary>
    public ScanDelays ScanDelays { get; } = new();

    internal Counter KeyMismatches { get; } = new();
    internal Counter Gaps { get; } = new();
    internal Counter Holes { get; } = new();
    internal Counter Doubles { get; } = new();
    internal Counter Pauses { get; } = new();
    internal Counter GatewayRequests { get; } = new();

    /// <summary>The counter of one topic, for its consumer to keep.</summary>
    internal Counter Consumed(string topic) => _consumed.GetOrAdd(topic, _ => new Counter());

    internal Counter Lag(string partition) => _lag.GetOrAdd(partition, _ => new Counter());

    internal Counter Refused(RefusalReason reason) => _refused[(int)reason];

    internal Counter Lines(GatewayResult result) => _lines[(int)result];

    public IngestionStatistics Snapshot() => new()
    {
        Consumed = _consumed.ToDictionary(entry => entry.Key, entry => entry.Value.Value),
        Refused = Enum.GetValues<RefusalReason>().Where(reason => Refused(reason).Value > 0).ToDictionary(reason => reason.Code(), reason => Refused(reason).Value),
        Unrecognised = UnrecognisedCodes.Counts,
        KeyMismatches = KeyMismatches.Value,
        Lag = _lag.ToDictionary(entry => entry.Key, entry => entry.Value.Value),
        Gaps = Gaps.Value,
        Holes = Holes.Value,
        Doubles = Doubles.Value,
        Pauses = Pauses.Value,
        GatewayRequests = GatewayRequests.Value,
        GatewayLines = Enum.GetValues<GatewayResult>().Where(result => Lines(result).Value > 0).ToDictionary(result => result.Code(), result => Lines(result).Value),
    };

    public void Dispose() => _meter.Dispose();

    void Observe(string name, string description, Counter counter)
        => _meter.CreateObservableCounter("tracking.ingestion." + name, () => counter.Value, null, description);

    void Observe(string name, string description, string tag, Func<IReadOnlyDictionary<string, long>> values)
        => _meter.CreateObservableCounter("tracking.ingestion." + name, () => Measurements(tag, values()), null, description);

    static IEnumerable<Measurement<long>> Measurements(string tag, IReadOnlyDictionary<string, long> values)
        => values.Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>(tag, entry.Key)));

    static Counter[] Counters<T>()
        where T : struct, Enum
        => [.. Enum.GetValues<T>().Select(_ => new Counter())];

    internal sealed class Counter
    {
        long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long count = 1) => Interlocked.Add(ref _value, count);

        public void Set(long value) => Interlocked.Exchange(ref _value, value);
    }
}
