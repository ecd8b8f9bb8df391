namespace TrackingSilo.Ingestion.Carriers;

/// <summary>A carrier's file will not do; the message says which line and why.</summary>
public sealed class CarrierFileException(string file, long line, string what) : Exception($"{file}, line {line}: {what}");
