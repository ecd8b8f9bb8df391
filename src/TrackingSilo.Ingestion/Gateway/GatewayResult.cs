namespace TrackingSilo.Ingestion;

/// <summary>What became of one line that was sent to the gateway.</summary>
public enum GatewayResult : byte
{
    /// <summary>It is in the log.</summary>
    Accepted,

    /// <summary>It will never be taken as it is.</summary>
    Refused,

    /// <summary>The log did not answer in time: it may be there or not. Sending it again does no harm.</summary>
    Unknown,
}

static class GatewayResults
{
    /// <summary>The word on the wire.</summary>
    public static string Code(this GatewayResult result) => result switch
    {
        GatewayResult.Accepted => "accepted",
        GatewayResult.Refused => "refused",
        GatewayResult.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, null),
    };
}
