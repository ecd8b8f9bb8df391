using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Time;
using TrackingSilo.Engine.Time;

namespace TrackingSilo.Server;

static class DomainClockServices
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// The clock that actors live by. Real time, unless <c>Clock:DomainStart</c>, <c>Clock:RealStart</c>, <c>Clock:Speed</c> and <c>Clock:SkipsFile</c> (a JSON array of
    /// {from, to}) shift and scale it for a replay.
    /// </summary>
    public static IServiceCollection AddDomainClock(this IServiceCollection services, IConfiguration configuration)
        => services.AddSingleton<TimeProvider>(new DomainClock(Read(configuration.GetSection("Clock")), TimeProvider.System));

    static ClockSchedule Read(IConfigurationSection section)
    {
        if (section["DomainStart"] is not { Length: > 0 })
            return ClockSchedule.Real;
        var speed = section["Speed"] is { Length: > 0 } text
            ? double.TryParse(text, CultureInfo.InvariantCulture, out var parsed) && parsed is > 0 and <= 100_000
                ? parsed
                : throw new InvalidOperationException($"Clock:Speed is '{text}': it must be a number above 0, up to 100000.")
            : 1;
        return new ClockSchedule
        {
            DomainStart = Instant(section, "DomainStart"),
            RealStart = Instant(section, "RealStart"),
            Speed = speed,
            Skips = section["SkipsFile"] is { Length: > 0 } file ? [.. Skips(file)] : [],
        };
    }

    static DateTimeOffset Instant(IConfigurationSection section, string name)
        => DateTimeOffset.TryParse(section[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new InvalidOperationException($"Clock:{name} is '{section[name]}': it must be an instant such as 2026-01-31T08:00:00Z.");

    static List<ClockSkip> Skips(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<List<ClockSkip>>(File.ReadAllBytes(file), s_json) ?? [];
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            throw new InvalidOperationException($"Clock:SkipsFile {file} cannot be read: {failure.Message}", failure);
        }
    }
}
