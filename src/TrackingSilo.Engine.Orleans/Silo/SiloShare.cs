using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Orleans.Cluster;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>
/// What this silo reads of the log. Whenever a silo comes or goes, every silo begins again at its partitions' durable positions: what a dead one had in memory is read again by whoever has
/// its partitions now, and what it had been told by others is delivered again by those.
/// </summary>
sealed class SiloShare(ISiloStatusOracle silos, ILogger log) : ISiloStatusListener, IDisposable
{
    readonly Lock _lock = new();
    CancellationTokenSource _ends = new();
    volatile string[] _active = [];
    volatile string[] _reads = [];
    volatile int _all;

    /// <summary>What this silo knows of its own partitions.</summary>
    public InputState OwnInput { get; set; } = InputState.CatchingUp;

    public IReadOnlyList<string> Reads => _reads;

    public int All => Math.Max(_all, _reads.Length);

    /// <summary>This silo's place among the active ones.</summary>
    public (int Place, int Places) Place
    {
        get
        {
            var active = Active();
            return (Math.Max(0, Array.IndexOf(active, silos.SiloName)), Math.Max(1, active.Length));
        }
    }

    public void Start()
    {
        _active = Active();
        silos.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>What of all partitions is this silo's, until the token says that it may be something else.</summary>
    public PartitionShare Of(IReadOnlyList<LogPartition> all)
    {
        lock (_lock)
        {
            var active = _active = Active();
            var readers = PartitionAssignment.Of(active.Length == 0 ? [silos.SiloName] : active, all.Max(partition => partition.Partition) + 1);
            LogPartition[] mine = [.. all.Where(partition => readers[partition.Partition] == silos.SiloName)];
            _all = all.Count;
            log.Share(mine.Length, all.Count, active.Length);
            return new PartitionShare(mine, _ends.Token);
        }
    }

    public void Opened(IEnumerable<LogPartition> partitions) => _reads = [.. partitions.Select(partition => partition.ToString())];

    /// <summary>Whoever reads has to begin again at the durable positions.</summary>
    public void End()
    {
        CancellationTokenSource ended;
        lock (_lock)
        {
            ended = _ends;
            _ends = new CancellationTokenSource();
        }
        ended.Cancel();
        ended.Dispose();
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        lock (_lock)
        {
            if (Active().AsSpan().SequenceEqual(_active))
                return;
            _active = Active();
        }
        End();
    }

    public void Dispose()
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        _ends.Dispose();
    }

    string[] Active()
        => [.. silos.GetActiveSilos().Select(silo => silos.TryGetSiloName(silo, out var name) ? name : silo.ToParsableString()).Order(StringComparer.Ordinal)];
}
