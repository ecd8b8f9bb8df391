namespace TrackingSilo.Simulation.Demo;

/// <summary>What a demo plays.</summary>
static class DemoSource
{
    /// <summary>Longer than anybody watches; days are made up when they come near.</summary>
    const int CityDays = 400;

    public static string NameOf(DemoOptions options)
        => options.Replay is null ? "city" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Replay)));

    /// <param name="reached">How far domain time has come in this folder: the source begins after it.</param>
    public static IMessageSource Make(DemoOptions options, DateTimeOffset? reached, DateTimeOffset now)
        => options.Replay is null
            ? MakeCity(options, reached, TimeZoneInfo.ConvertTime(now, Town.TimeZone))
            : throw new DemoException("--replay: not yet.");

    static City MakeCity(DemoOptions options, DateTimeOffset? reached, DateTimeOffset localNow)
    {
        var city = City.FromSeed(options.Seed).WithVans(options.Vans).ForDays(CityDays).StartingOn(DateOnly.FromDateTime(localNow.DateTime));
        while (reached >= city.StartsAt)
            city = city.StartingOn(DateOnly.FromDateTime(city.StartsAt.DateTime).AddDays(1));
        return options.Faults ? city.With(Fault.All) : city;
    }
}
