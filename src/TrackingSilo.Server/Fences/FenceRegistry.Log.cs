namespace TrackingSilo.Server.Fences;

static partial class FenceRegistryLog
{
    [LoggerMessage(LogLevel.Information, "{Count} geofences in force: {Files} from files, {Stored} from the store at version {Version}")]
    public static partial void InForce(this ILogger<FenceRegistry> logger, int count, int files, int stored, long version);

    [LoggerMessage(LogLevel.Warning, "Geofences could not be looked up in the store: those in force stay")]
    public static partial void StoreAway(this ILogger<FenceRegistry> logger, Exception exception);
}
