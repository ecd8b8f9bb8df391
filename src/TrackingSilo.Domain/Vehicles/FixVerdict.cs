namespace TrackingSilo.Domain.Vehicles;

/// <summary>What became of a fix. Counted, never thrown.</summary>
public enum FixVerdict : byte
{
    /// <summary>Newest of its vehicle, and plausible.</summary>
    Accepted,

    /// <summary>The same instant and place (or the same sequence number) is known.</summary>
    Duplicate,

    /// <summary>Older than the newest but within the window: put in its place.</summary>
    Late,

    /// <summary>Older than the window: it changes nothing about the present.</summary>
    TooLate,

    /// <summary>Later than the record that carried it by more than clocks differ.</summary>
    FromTheFuture,

    /// <summary>Nothing on wheels gets from the fix before to this one in that time.</summary>
    ImplausibleJump,

    /// <summary>Its own accuracy says that it is of no use.</summary>
    Inaccurate,
}
