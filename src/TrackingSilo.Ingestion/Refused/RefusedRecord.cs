using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Refused;

/// <summary>A message that was not applied, as it goes to the refused topic.</summary>
sealed record RefusedRecord
{
    public required string Topic { get; init; }
    public required int Partition { get; init; }
    public required long Offset { get; init; }
    public required byte[] Key { get; init; }

    /// <summary>The original bytes, cut.</summary>
    public required byte[] Value { get; init; }

    /// <summary>Of the original.</summary>
    public required int Length { get; init; }

    /// <summary>Of the original.</summary>
    public required byte[] Sha256 { get; init; }
    public required RefusalReason Reason { get; init; }
    public required string Detail { get; init; }
}
