namespace TrackingSilo.Notifications;

/// <summary>Bound to the configuration's section <see cref="Section"/>.</summary>
public sealed class NotificationSettings
{
    public const string Section = "Notifications";

    /// <summary>Whether anything is sent. Replays and rehearsals say false: then what would have been sent is counted, and counts as done.</summary>
    public bool Send { get; set; } = true;
}
