namespace TrackingSilo.Ingestion.Decoding;

static class VehicleNaming
{
    /// <summary>What a vehicle's identity must be, in words.</summary>
    public const string Rule = "carrier must be 1 to 32 of a-z, 0-9 and -, vehicle 1 to 64 characters of printable ASCII";
}
