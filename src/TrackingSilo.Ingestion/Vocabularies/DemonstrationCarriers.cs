namespace TrackingSilo.Ingestion.Vocabularies;

/// <summary>How the carriers of the simulated city word what happens.</summary>
static class DemonstrationCarriers
{
    public static KeyValuePair<string, Vocabulary>[] All { get; } = [];
}
