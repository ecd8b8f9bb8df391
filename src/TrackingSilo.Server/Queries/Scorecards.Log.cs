namespace TrackingSilo.Server.Queries;

static partial class ScorecardsLog
{
    [LoggerMessage(LogLevel.Warning, "Carriers' scores could not be counted: {Reason}")]
    public static partial void NotCounted(this ILogger<Scorecards> logger, string reason);
}
