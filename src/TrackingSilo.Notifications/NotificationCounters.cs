using System.Diagnostics.Metrics;
using TrackingSilo.Domain.Milestones;

namespace TrackingSilo.Notifications;

/// <summary>Counts what leaves. Any thread may count; <see cref="OutboxDispatcher.Statistics"/> and the meter <see cref="MeterName"/> read the same numbers.</summary>
public sealed class NotificationCounters : IDisposable
{
    public const string MeterName = "TrackingSilo.Notifications";

    static readonly OutboxKind[] Kinds = Enum.GetValues<OutboxKind>();

    readonly Meter _meter = new(MeterName);
    readonly long[] _sent = new long[Kinds.Length];
    readonly long[] _suppressed = new long[Kinds.Length];
    long _failed;

    public NotificationCounters()
    {
        _meter.CreateObservableCounter("tracking.notifications.sent", () => Measurements(_sent), null, "messages that the log has acknowledged");
        _meter.CreateObservableCounter("tracking.notifications.suppressed", () => Measurements(_suppressed), null, "messages not sent because the settings say so");
        _meter.CreateObservableCounter("tracking.notifications.failed", () => Interlocked.Read(ref _failed), null, "tries that failed");
    }

    internal void Sent(OutboxKind kind) => Interlocked.Increment(ref _sent[(int)kind]);

    internal void Suppressed(OutboxKind kind) => Interlocked.Increment(ref _suppressed[(int)kind]);

    internal void Failed() => Interlocked.Increment(ref _failed);

    internal NotificationStatistics Snapshot(int waiting) => new()
    {
        Sent = Kinds.ToDictionary(kind => kind, kind => Interlocked.Read(ref _sent[(int)kind])),
        Suppressed = Kinds.ToDictionary(kind => kind, kind => Interlocked.Read(ref _suppressed[(int)kind])),
        Failed = Interlocked.Read(ref _failed),
        Waiting = waiting,
    };

    public void Dispose() => _meter.Dispose();

    static IEnumerable<Measurement<long>> Measurements(long[] counts)
        => Kinds.Select(kind => new Measurement<long>(Interlocked.Read(ref counts[(int)kind]), new KeyValuePair<string, object?>("kind", kind.ToString())));
}
