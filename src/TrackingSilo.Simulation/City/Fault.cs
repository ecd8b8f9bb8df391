namespace TrackingSilo.Simulation;

/// <summary>What goes wrong between a carrier's vans and our door.</summary>
[Flags]
public enum Fault
{
    None = 0,

    /// <summary>Sent minutes after it happened.</summary>
    Late = 1,

    /// <summary>Sent again, byte for byte.</summary>
    Duplicated = 2,

    /// <summary>Overtaken by what happened after it.</summary>
    Reordered = 4,

    /// <summary>Broken copies: no JSON, cut short, wrong types, wrong identities, from the future. The right message is sent as well.</summary>
    Garbled = 8,

    /// <summary>No coverage for minutes; the van uploads what it missed when it is back.</summary>
    GpsGaps = 16,

    /// <summary>A device's clock is minutes ahead, for minutes.</summary>
    SkewedClocks = 32,

    /// <summary>Single fixes kilometres away from the road.</summary>
    Outliers = 64,

    /// <summary>Single fixes from under a roof, good to a kilometre, and saying so.</summary>
    Inaccurate = 128,

    All = Late | Duplicated | Reordered | Garbled | GpsGaps | SkewedClocks | Outliers | Inaccurate,
}
