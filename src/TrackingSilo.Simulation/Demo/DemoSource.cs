using System.Globalization;
using TrackingSilo.Simulation.Replay;

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
            : MakeReplay(options, options.Replay, reached);

    /// <summary>What is worth saying about it before it begins.</summary>
    public static IEnumerable<string> Remarks(IMessageSource source)
    {
        if (source is not RecordedReplay replay)
            yield break;
        yield return string.Create(CultureInfo.InvariantCulture, $"{replay.Name}: {replay.Positions:N0} positions, {replay.Trips:N0} trips with stops");
        if (replay.PatternsMissing is { Unknown: > 0 } missing)
            yield return string.Create(CultureInfo.InvariantCulture, $"{missing.Unknown} patterns are not in the data; for {missing.Found} of them another one of the same route fits");
        if (replay.Weeks > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"Played {replay.Weeks} weeks later than recorded, for this data folder has seen those days already");
        foreach (var skip in replay.Skips)
            yield return string.Create(CultureInfo.InvariantCulture, $"Nothing was recorded from {Local(skip.From)} to {Local(skip.To)}: the clock leaps over it");

        string Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, replay.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    static RecordedReplay MakeReplay(DemoOptions options, string folder, DateTimeOffset? reached)
    {
        try
        {
            if (!Directory.Exists(folder))
                throw new DemoException($"--replay: there is no folder {folder}", DemoException.WrongArguments);
            var description = options.Description is { } file
                ? DescriptionReader.Read(file)
                : DescriptionReader.Find(folder, DescriptionReader.OwnDescriptions)
                    ?? throw new DemoException($"--replay: no description fits the files in {folder}. Write one and name it with --description FILE.", DemoException.WrongArguments);
            return RecordedReplay.Open(folder, description, options.Seed, reached);
        }
        catch (ReplayException e)
        {
            throw new DemoException(e.Message, DemoException.WrongArguments);
        }
    }

    static City MakeCity(DemoOptions options, DateTimeOffset? reached, DateTimeOffset localNow)
    {
        var city = City.FromSeed(options.Seed).WithVans(options.Vans).ForDays(CityDays).StartingOn(DateOnly.FromDateTime(localNow.DateTime));
        while (reached >= city.StartsAt)
            city = city.StartingOn(DateOnly.FromDateTime(city.StartsAt.DateTime).AddDays(1));
        return options.Faults ? city.With(Fault.All) : city;
    }
}
