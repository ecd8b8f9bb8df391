using System.Collections.Immutable;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Simulation;

/// <summary>
/// A town with two carriers, their vans and all their parcels, day after day, made up from a seed: the same seed and settings give the same messages, byte for byte.
/// It is joined on its first day at ten in the morning, when most vans are on their way; what happened before has earlier times.
/// </summary>
public sealed record City : IMessageSource
{
    /// <summary>Between these hours nothing is sent, and a clock may leap.</summary>
    const int NightFrom = 17;
    const int NightTo = 6;

    City()
    {
    }

    public static City FromSeed(int seed) => new() { Seed = seed, StartsAt = Town.LocalTime(new DateOnly(2026, 3, 17), 10) };

    public required int Seed { get; init; }
    public int Vans { get; private init; } = 24;
    public int Days { get; private init; } = 1;
    public Fault Faults { get; private init; }

    /// <summary>Ten in the morning of the first day.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt => At(Days - 1, NightFrom);

    public string Name => "city";

    public TimeZoneInfo Zone => Town.TimeZone;

    public City With(params ReadOnlySpan<Fault> faults)
    {
        var all = Faults;
        foreach (var fault in faults)
            all |= fault;
        return this with { Faults = all };
    }

    public City WithVans(int vans) => this with { Vans = Math.Clamp(vans, 1, 8_000) };

    public City ForDays(int days) => this with { Days = Math.Clamp(days, 1, 999) };

    public City StartingOn(DateOnly day) => this with { StartsAt = Town.LocalTime(day, 10) };

    public IReadOnlyList<string> Carriers => [.. CarrierProfile.All.Select(carrier => carrier.Slug)];

    public ImmutableArray<ClockSkip> Skips
        => [.. Enumerable.Range(0, Days - 1).Select(day => new ClockSkip(At(day, NightFrom).ToUniversalTime(), At(day + 1, NightTo).ToUniversalTime()))];

    /// <summary>The tours of one day as they really go.</summary>
    public IEnumerable<Tour> Tours(int day) => Enumerable.Range(0, Vans).Select(van => TourPlan.Make(this, day, van).ToTour());

    /// <summary>Parcels whose van comes some minutes after that, one of each van.</summary>
    public IReadOnlyList<ShipmentId> WorthWatching(int count, DateTimeOffset from)
        => [.. Tours((from - StartsAt).Days)
            .Select(tour => tour.Stops.FirstOrDefault(stop => stop.ArrivesAt > from + TimeSpan.FromMinutes(20)))
            .OfType<TourStop>()
            .OrderBy(stop => stop.ArrivesAt)
            .Take(count)
            .Select(stop => stop.Shipments[0])];

    /// <summary>Everything that is sent, in order of sending, until the evening of the last day. Lazy: a day is made up when it comes near.</summary>
    public IEnumerable<SimulatedMessage> Messages()
        => MessageMerge.InOrder(Openings()).TakeWhile(message => message.SendAt < EndsAt);

    // Parcels of a day begin their lives some days before it, those of the day after the last too.
    IEnumerable<(DateTimeOffset From, Func<IEnumerable<IEnumerable<SimulatedMessage>>> Streams)> Openings()
    {
        for (var now = -4; now < Days; now++)
        {
            var (others, tours) = (now + 4, now + 2);
            if (others < Days)
                yield return (At(now, 0), () => OthersOf(others));
            if (tours >= 0)
                yield return (At(now, 0), () => ToursOf(tours));
        }
    }

    IEnumerable<IEnumerable<SimulatedMessage>> ToursOf(int day)
    {
        for (var van = 0; van < Vans; van++)
        {
            var tour = TourPlan.Make(this, day, van);
            yield return Faulty(CityMessages.Of(ParcelLife.Of(tour), tour), "scans on their way", day, van);
            yield return Faulty(VanDrive.Of(tour), "positions on their way", day, van);
        }
    }

    IEnumerable<IEnumerable<SimulatedMessage>> OthersOf(int day)
        => [Faulty(CityMessages.Of(ParcelLife.OfOthers(this, day), null), "others on their way", day, 0)];

    IEnumerable<SimulatedMessage> Faulty(IEnumerable<SimulatedMessage> messages, string purpose, int day, int index)
        => new FaultInjection(Faults, Seeds.For(Seed, purpose, day, index)).Inject(messages);

    internal DateOnly Date(int day) => DateOnly.FromDateTime(StartsAt.DateTime).AddDays(day);

    internal DateTimeOffset At(int day, double hours) => Town.LocalTime(Date(day), hours);

    /// <summary>Depots, the hub and the centre, as a GeoJSON file of fences.</summary>
    public string? Fences => CityFences.GeoJson();
}
