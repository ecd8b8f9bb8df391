namespace TrackingSilo.Engine.Reports;

/// <summary>
/// One partition of a topic of a named log. The name says which log the offsets count in: a log that was recreated has another name,
/// and its positions begin anew.
/// </summary>
public sealed record LogPartition(string Log, string Topic, int Partition)
{
    public override string ToString() => $"{Log}/{Topic}[{Partition}]";
}

/// <summary>The number that the store gave a <see cref="LogPartition"/>: what actors remember their applied positions under.</summary>
public readonly record struct PartitionId(int Value);

/// <summary>A partition as the store knows it at the start.</summary>
/// <param name="Generation">Counts the logs that this store has seen, from 1; a newer log has a greater one.</param>
/// <param name="DurableOffset">Everything up to here is in the store; −1 where nothing is.</param>
public sealed record OpenedPartition(LogPartition Partition, PartitionId Id, int Generation, long DurableOffset);

/// <summary>How far one partition has come.</summary>
public readonly record struct LogPosition(PartitionId Partition, long Offset);
