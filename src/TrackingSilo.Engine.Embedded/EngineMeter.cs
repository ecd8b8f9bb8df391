using System.Diagnostics.Metrics;

namespace TrackingSilo.Engine.Embedded;

/// <summary>What says how near the engine is to its limits. The lag of its input is measured where the input is read.</summary>
sealed class EngineMeter : IDisposable
{
    public const string Name = "TrackingSilo.Engine";

    readonly Meter _meter = new(Name);

    public EngineMeter(ShardRouter router, EngineParts parts)
    {
        _meter.CreateObservableGauge("tracking.engine.mailbox", () => MailboxDepth(router), "{item}", "batches and questions that wait for the busiest loop of actors");
        _meter.CreateObservableGauge("tracking.engine.unsaved", () => parts.Unsaved, "{actor}", "actors changed and not saved");
    }

    public static int MailboxDepth(ShardRouter router) => router.Shards.Max(shard => shard.MailboxDepth);

    public void Dispose() => _meter.Dispose();
}
