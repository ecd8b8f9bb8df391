namespace TrackingSilo.Server.Fences;

static class FenceServices
{
    /// <summary>
    /// Fences of all <c>*.geojson</c> files in <c>Geofences:Folder</c> (none without the setting), and those that came through the API. They are in force before anything that is registered
    /// after this starts; the store has to be open by then.
    /// </summary>
    public static IServiceCollection AddGeofences(this IServiceCollection services, IConfiguration configuration)
        => services.AddSingleton(new FenceFiles(configuration["Geofences:Folder"]));

    /// <inheritdoc cref="AddGeofences"/>
    public static IServiceCollection AddFenceRegistry(this IServiceCollection services)
        => services
            .AddSingleton<FenceStore>()
            .AddSingleton<FenceRegistry>()
            .AddHostedService(provider => provider.GetRequiredService<FenceRegistry>());
}
