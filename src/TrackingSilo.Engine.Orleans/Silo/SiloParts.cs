using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>What the grains of one silo share.</summary>
sealed class SiloParts(TimeProvider clock, IUpdateSink sink, IOutbox outbox, IFenceLog fenceLog, KnowledgeSource knowledge, IGrainFactory grains, ILogger<OrleansEngine> log)
{
    long _viewNumber;
    volatile InputSituation _input = InputSituation.Unread;

    /// <summary>Domain time for actors; its timestamps and timers are real.</summary>
    public TimeProvider Clock { get; } = clock;
    public IUpdateSink Sink { get; } = sink;
    public IOutbox Outbox { get; } = outbox;
    public IFenceLog FenceLog { get; } = fenceLog;
    public KnowledgeSource Knowledge { get; } = knowledge;
    public ILogger Log { get; } = log;
    public EngineCounters Counters { get; } = new();
    public Residents Residents { get; } = new(clock);
    public TellPost Tells { get; } = new(grains, log);
    public LearnerPost Learner { get; } = new(knowledge, grains, log);
    public FleetViews Fleet { get; } = new(sink);

    /// <summary>Tells this process from every other, also from earlier ones of the same machine.</summary>
    public string Name { get; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>
    /// Begun, durably, when this silo started. Together with a number that counts over all of its grains it makes versions of views that are never used twice, wherever a grain lives and
    /// however often it comes back.
    /// </summary>
    public long Run { get; set; }

    public long SnapshotsSaved;

    /// <summary>What silence means now, to the whole cluster.</summary>
    public InputSituation Input { get => _input; set => _input = value; }

    /// <summary>The partitions that this silo reads are read to their ends.</summary>
    public bool OwnInputIsLive { get; set; }

    public long NextViewNumber() => Interlocked.Increment(ref _viewNumber);
}
