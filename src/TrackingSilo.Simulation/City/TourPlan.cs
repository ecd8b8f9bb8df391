using System.Collections.Immutable;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation;

/// <summary>A van is at <paramref name="Spot"/> at this time; between two waypoints it moves evenly, or stands.</summary>
readonly record struct Waypoint(DateTimeOffset At, Spot Spot);

sealed class PlannedStop
{
    public required string Id { get; init; }
    public required Spot Spot { get; init; }
    public required GeoPoint Place { get; init; }
    public required double ServiceSeconds { get; init; }
    public required ImmutableArray<Parcel> Parcels { get; init; }

    /// <summary>The stop is a second visit, planned on the way.</summary>
    public bool IsSecondVisit { get; init; }

    public DateTimeOffset PlannedAt { get; set; }
    public DateTimeOffset ArrivesAt { get; set; }
    public DateTimeOffset LeavesAt { get; set; }
}

/// <summary>One van's day: where it drives when, and what it carries.</summary>
sealed class TourPlan
{
    public const double PlannedServiceSeconds = 150;
    const double PlannedMetresPerSecond = 6.5;

    public required City City { get; init; }
    public required CarrierProfile Carrier { get; init; }
    public required VehicleId Vehicle { get; init; }

    /// <summary>Day of the run, from 0.</summary>
    public required int Day { get; init; }

    /// <summary>The van's number in the city.</summary>
    public required int Index { get; init; }

    public required DateTimeOffset DepartsAt { get; init; }
    public DateTimeOffset EndsAt { get; private set; }
    public required List<PlannedStop> Stops { get; init; }
    public List<Waypoint> Waypoints { get; } = [];

    /// <summary>Versions rise from day to day, also over runs.</summary>
    public long FirstManifest
    {
        get
        {
            var date = City.Date(Day);
            return (((date.Year * 100L) + date.Month) * 100 + date.Day) * 10;
        }
    }

    public static TourPlan Make(City city, int day, int index)
    {
        var random = Seeds.For(city.Seed, "tour", day, index);
        var carrier = CarrierProfile.All[index % CarrierProfile.All.Length];
        var number = (index / CarrierProfile.All.Length) + 1;
        if (!VehicleId.TryCreate(carrier.Slug, $"{carrier.VanPrefix}-{number:00}", out var vehicle))
            throw new InvalidOperationException($"{carrier.Slug} has no van {number}.");

        // Four in five are on their way when the first day is joined at ten, the others leave soon after.
        var departs = Town.LocalTime(city.Date(day), 0) + random.Minutes(9 * 60 + 15, random.Chance(0.8) ? 9 * 60 + 50 : 10 * 60 + 20);
        var plan = new TourPlan
        {
            City = city, Carrier = carrier, Vehicle = vehicle, Day = day, Index = index, DepartsAt = departs,
            Stops = StopsOf(city, carrier, day, index, random),
        };
        plan.Schedule(random);
        return plan;
    }

    public Tour ToTour() => new(
        Vehicle, DepartsAt, EndsAt,
        [.. Stops.Select(stop => new TourStop(
            stop.Id, stop.Place, stop.PlannedAt, stop.ArrivesAt, stop.LeavesAt, [.. stop.Parcels.Select(parcel => parcel.Id)]))]);

    static List<PlannedStop> StopsOf(City city, CarrierProfile carrier, int day, int index, Random random)
    {
        var (corner, width, height) = District(city, index / CarrierProfile.All.Length);
        var spots = new List<Spot>();
        for (var i = random.Next(20, 61); i > 0; i--)
        {
            // On a street, and not in the middle of a crossing.
            var along = corner.Along + (random.NextDouble() * width);
            var street = Math.Round((corner.Across + (random.NextDouble() * height)) / Town.Block) * Town.Block;
            spots.Add(new Spot(Math.Round(along, 1), street));
        }
        // Street by street, up one and down the next, as one delivers.
        var ordered = spots
            .GroupBy(spot => spot.Across).OrderBy(street => street.Key)
            .SelectMany((street, turn) => turn % 2 == 0 ? street.OrderBy(spot => spot.Along) : street.OrderByDescending(spot => spot.Along))
            .ToList();
        var stops = new List<PlannedStop>(ordered.Count);
        var parcels = 0;
        foreach (var spot in ordered)
        {
            var count = random.NextDouble() switch { < 0.7 => 1, < 0.9 => 2, _ => 3 };
            stops.Add(new PlannedStop
            {
                Id = $"S{stops.Count + 1:00}", Spot = spot, Place = Town.Place(spot),
                ServiceSeconds = Math.Round(random.Between(80, 200) + (20 * count)),
                Parcels = [.. Enumerable.Range(0, count).Select(_ => ParcelMaker.Make(city, carrier, day, index, parcels++, spot, random))],
            });
        }
        if (random.Chance(0.4))
            AddSecondVisit(stops, random);
        return stops;
    }

    // Somebody was not at home and will be in half an hour: the van comes back, and its manifest changes on the way.
    static void AddSecondVisit(List<PlannedStop> stops, Random random)
    {
        var first = stops[random.Next(3, stops.Count / 2)];
        var again = Math.Min(stops.IndexOf(first) + random.Next(5, 9), stops.Count);
        stops.Insert(again, new PlannedStop
        {
            Id = first.Id + "-2", Spot = first.Spot, Place = first.Place, ServiceSeconds = 90, Parcels = [first.Parcels[0]], IsSecondVisit = true,
        });
    }

    // Each carrier covers the whole town; its vans share it as a chessboard. More vans than a town of six kilometres needs make it larger.
    static (Spot Corner, double Width, double Height) District(City city, int number)
    {
        var vans = Math.Max(1, (city.Vans + 1) / CarrierProfile.All.Length);
        var columns = (int)Math.Ceiling(Math.Sqrt(vans));
        var rows = (int)Math.Ceiling(vans / (double)columns);
        var side = 6_000 * Math.Max(1, Math.Sqrt(vans / 12.0));
        var (width, height) = (side / columns, side / rows);
        return (new Spot((-side / 2) + (number % columns * width), (-side / 2) + (number / columns * height)), width, height);
    }

    void Schedule(Random random)
    {
        var now = DepartsAt;
        var planned = DepartsAt;
        var spot = Carrier.Depot;
        // The van's own day: some drivers are quick, some days are slow.
        var pace = random.Between(0.8, 1.25);
        Waypoints.Add(new Waypoint(now, spot));
        foreach (var stop in Stops)
        {
            planned += TimeSpan.FromSeconds(Math.Round(Length(Town.Way(spot, stop.Spot)) / PlannedMetresPerSecond));
            stop.PlannedAt = planned;
            planned += TimeSpan.FromSeconds(PlannedServiceSeconds);
            now = Drive(now, spot, stop.Spot, pace, random);
            stop.ArrivesAt = now;
            now += TimeSpan.FromSeconds(Math.Round(stop.ServiceSeconds / pace));
            stop.LeavesAt = now;
            spot = stop.Spot;
            Waypoints.Add(new Waypoint(now, spot));
        }
        EndsAt = Drive(now, spot, Carrier.Depot, pace, random);
    }

    DateTimeOffset Drive(DateTimeOffset now, Spot from, Spot to, double pace, Random random)
    {
        var way = Town.Way(from, to);
        for (var i = 1; i < way.Count; i++)
        {
            var metres = Length(way[i - 1], way[i]);
            // Long legs are main roads.
            var speed = pace * (metres > 800 ? random.Between(9, 14) : random.Between(5, 9));
            now += TimeSpan.FromSeconds(metres / speed);
            Waypoints.Add(new Waypoint(now, way[i]));
            if (i == way.Count - 1 || !random.Chance(0.4))
                continue;
            now += TimeSpan.FromSeconds(random.Next(5, 40)); // a red light
            Waypoints.Add(new Waypoint(now, way[i]));
        }
        // To the whole second: scans at the door are told in seconds.
        var arrival = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond) + TimeSpan.TicksPerSecond, now.Offset);
        Waypoints.Add(new Waypoint(arrival, to));
        return arrival;
    }

    static double Length(List<Spot> way)
    {
        var metres = 0.0;
        for (var i = 1; i < way.Count; i++)
            metres += Length(way[i - 1], way[i]);
        return metres;
    }

    static double Length(Spot a, Spot b) => Math.Abs(a.Along - b.Along) + Math.Abs(a.Across - b.Across);
}
