using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Orleans.Cluster;

/// <summary>The one book of the cluster: runs of silos, numbers of partitions, who reads each and how far it is durable.</summary>
public interface ILogBookGrain : IGrainWithStringKey
{
    /// <summary>Begins the run of a silo that has started: greater than every earlier one.</summary>
    Task<long> BeginRunAsync();

    /// <summary>Takes an <see cref="OpenRequest"/>: the partitions are that run's to read from now on. Answers <c>OpenedPartition</c>s in the same order.</summary>
    Task<byte[]> OpenAsync([Immutable] byte[] request);

    /// <summary>Takes a <see cref="DurableReport"/>. What is not the reporter's to read any more is passed over.</summary>
    Task SetDurableAsync([Immutable] byte[] report);
}

sealed record OpenRequest(long Run, IReadOnlyList<LogPartition> Partitions);

sealed record DurableReport(long Run, IReadOnlyList<LogPosition> Positions);

/// <summary>The book as it is stored.</summary>
sealed class LogBook
{
    public long LastRun { get; set; }

    /// <summary>Names of logs; a log's generation is its place here, from 1.</summary>
    public List<string> Logs { get; init; } = [];

    /// <summary>Partitions; a partition's number is its place here, from 1.</summary>
    public List<BookedPartition> Partitions { get; init; } = [];
}

/// <param name="Reader">Run of the silo that reads it.</param>
sealed record BookedPartition(int Generation, string Topic, int Partition, long DurableOffset, long Reader);

/// <summary>Small, and written once for each flush of a silo, with all of its partitions.</summary>
sealed class LogBookGrain([PersistentState("book", OrleansEngineServices.Storage)] IPersistentState<GrainBytes> stored) : Grain, ILogBookGrain
{
    LogBook _book = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.RecordExists)
            _book = Wire.Read(StoredActor.Read(stored.State.Value).State.ToArray(), WireJson.Default.LogBook);
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<long> BeginRunAsync()
    {
        _book.LastRun++;
        await SaveAsync();
        return _book.LastRun;
    }

    public async Task<byte[]> OpenAsync(byte[] request)
    {
        var (run, partitions) = Wire.Read(request, WireJson.Default.OpenRequest);
        var opened = partitions.Select(partition => Open(run, partition)).ToArray();
        await SaveAsync();
        return Wire.Write(opened, WireJson.Default.OpenedPartitionArray);
    }

    public async Task SetDurableAsync(byte[] report)
    {
        var (run, positions) = Wire.Read(report, WireJson.Default.DurableReport);
        foreach (var (partition, offset) in positions)
        {
            var booked = _book.Partitions[partition.Value - 1];
            if (booked.Reader == run && offset > booked.DurableOffset)
                _book.Partitions[partition.Value - 1] = booked with { DurableOffset = offset };
        }
        await SaveAsync();
    }

    OpenedPartition Open(long run, LogPartition partition)
    {
        if (!_book.Logs.Contains(partition.Log))
            _book.Logs.Add(partition.Log);
        var generation = _book.Logs.IndexOf(partition.Log) + 1;
        var place = _book.Partitions.FindIndex(booked => booked.Generation == generation && booked.Topic == partition.Topic && booked.Partition == partition.Partition);
        if (place < 0)
        {
            _book.Partitions.Add(new BookedPartition(generation, partition.Topic, partition.Partition, -1, run));
            place = _book.Partitions.Count - 1;
        }
        var known = _book.Partitions[place] = _book.Partitions[place] with { Reader = run };
        return new OpenedPartition(partition, new PartitionId(place + 1), generation, known.DurableOffset);
    }

    async Task SaveAsync()
    {
        stored.State.Value = new StoredActor(null, Wire.Write(_book, WireJson.Default.LogBook), default).Write();
        await stored.WriteStateAsync();
    }
}
