using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation.Replay;

/// <summary>
/// Recorded positions as carriers' messages: each row is sent at the time of its record, as dirty as it is. Where vehicles follow patterns, each trip is a manifest and its stops get parcels that
/// are made up from a seed: registered and out for delivery before the vehicle is first seen on the trip, delivered when it was seen beyond the stop.
/// </summary>
public sealed class RecordedReplay : IMessageSource
{
    /// <summary>Parcels and manifest of a trip are sent this long before its first fix.</summary>
    static readonly Duration s_before = Duration.FromSeconds(20);

    static readonly string[] s_merchants = ["State Street Books", "Lakeshore Bikes", "Capitol Coffee", "Willy Street Seeds", "Monona Optics"];

    readonly ReplayDescription _description;
    readonly int _seed;
    readonly List<RecordedFix> _fixes;
    readonly List<RecordedTrip> _trips = [];

    RecordedReplay(string folder, ReplayDescription description, int seed, DateTimeOffset? notBefore)
    {
        _description = description;
        _seed = seed;
        _fixes = PositionsFile.Read(folder, description);
        if (notBefore >= StartsAt)
        {
            Weeks = (int)((notBefore.Value - StartsAt).TotalDays / 7) + 1;
            _fixes = _fixes.ConvertAll(fix => fix.Later(Weeks, description.Zone));
        }
        if (description.Patterns is { } patterns)
        {
            var match = new PatternMatch(PatternsFile.Read(folder, patterns), _fixes);
            PatternsMissing = match.Missing;
            _trips = RecordedTrip.Of(_fixes, match, description.LongestGap);
        }
        Skips = SkipsOf(_fixes, description.LongestGap);
    }

    /// <param name="notBefore">The replay is put off by whole weeks, so that it begins after this; null: it keeps its times.</param>
    /// <exception cref="ReplayException">The data is not as described.</exception>
    public static RecordedReplay Open(string folder, ReplayDescription description, int seed, DateTimeOffset? notBefore)
        => new(folder, description, seed, notBefore);

    /// <summary>How many weeks later than recorded it is played.</summary>
    public int Weeks { get; }

    /// <summary>Patterns that the vehicles name and the file lacks, and for how many of them one that fits was found.</summary>
    public (int Unknown, int Found) PatternsMissing { get; }

    public int Positions => _fixes.Count;

    public int Trips => _trips.Count;

    public string Name => _description.Name;

    public DateTimeOffset StartsAt => (_fixes[0].RecordedAt - s_before - s_before).InZone(_description.Zone).ToDateTimeOffset();

    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(_description.Zone.Id);

    public ImmutableArray<ClockSkip> Skips { get; }

    public IReadOnlyList<string> Carriers => [_description.Carrier];

    public string? Fences => null;

    public IEnumerable<SimulatedMessage> Messages() => MessageMerge.InOrder(
        _trips.Select(trip => ((trip.Begins - s_before).ToDateTimeOffset(), (Func<IEnumerable<IEnumerable<SimulatedMessage>>>)(() => [MessagesOf(trip)])))
            .Prepend((DateTimeOffset.MinValue, () => [_fixes.Select(fix => fix.ToMessage(_description))])));

    /// <summary>A parcel late on each of the next trips, of different vehicles.</summary>
    public IReadOnlyList<ShipmentId> WorthWatching(int count, DateTimeOffset from)
        => [.. _trips
            .SkipWhile(trip => trip.Begins < Instant.FromDateTimeOffset(from))
            .Where(trip => trip.StopsAhead.Count() > 8)
            .DistinctBy(trip => trip.Vehicle)
            .Select(trip => ParcelsOf(trip).Where(parcel => trip.Passed(parcel.Stop) is not null).Select(parcel => parcel.Id).LastOrDefault())
            .Where(id => id.Value.Length > 0)
            .Take(count)];

    static ImmutableArray<ClockSkip> SkipsOf(List<RecordedFix> fixes, Duration longestGap)
    {
        var skips = ImmutableArray.CreateBuilder<ClockSkip>();
        for (var i = 1; i < fixes.Count; i++)
        {
            // Room for what belongs to the last record before the gap, and comes before the first one after it.
            var from = fixes[i - 1].RecordedAt + s_before;
            var to = fixes[i].RecordedAt - s_before - s_before;
            if (fixes[i].RecordedAt - fixes[i - 1].RecordedAt > longestGap && to > from)
                skips.Add(new ClockSkip(from.ToDateTimeOffset(), to.ToDateTimeOffset()));
        }
        return skips.ToImmutable();
    }

    List<(PatternStop Stop, ShipmentId Id)> ParcelsOf(RecordedTrip trip)
    {
        var began = trip.Begins.InZone(_description.Zone).LocalDateTime.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture);
        var random = Seeds.For(_seed, trip.Vehicle.Value + began);
        var rule = _description.Parcels;
        var parcels = new List<(PatternStop, ShipmentId)>();
        var number = 0;
        foreach (var stop in trip.StopsAhead)
        {
            var count = random.Next(100) < rule.PercentOfStops ? random.Next(rule.Least, rule.Most + 1) : 0;
            for (; count > 0; count--)
            {
                if (ShipmentId.TryCreate(_description.Carrier, string.Create(CultureInfo.InvariantCulture, $"{trip.Vehicle.Name}-{began}-{++number:000}"), out var id))
                    parcels.Add((stop, id));
            }
        }
        return parcels;
    }

    IEnumerable<SimulatedMessage> MessagesOf(RecordedTrip trip)
    {
        var begins = (trip.Begins - s_before).InZone(_description.Zone).ToDateTimeOffset();
        // Before anything that the vehicle can have passed: fixes may be minutes older than their records.
        var left = (Instant.Min(trip.Begins, trip.FirstAt) - s_before).InZone(_description.Zone).ToDateTimeOffset();
        var parcels = ParcelsOf(trip);
        foreach (var (stop, id) in parcels)
            yield return Registration(id, stop, begins);
        foreach (var (_, id) in parcels)
            yield return Scan(id, "1", ScanEvent.OutForDelivery, left, begins.AddSeconds(5), trip.Vehicle);
        yield return Manifest(trip, parcels, begins.AddSeconds(10));

        // A trip's stops in order; in the end those that nobody saw it reach.
        var seen = parcels.Select(parcel => (parcel.Id, Passed: trip.Passed(parcel.Stop))).ToList();
        foreach (var (id, passed) in seen.Where(parcel => parcel.Passed is not null).OrderBy(parcel => parcel.Passed!.Value.SeenAt))
        {
            var at = passed!.Value.At.InZone(_description.Zone).ToDateTimeOffset();
            yield return Scan(id, "2", ScanEvent.Delivered, at, passed.Value.SeenAt.ToDateTimeOffset().AddSeconds(1), trip.Vehicle);
        }
        var ended = (trip.Ends + s_before).InZone(_description.Zone).ToDateTimeOffset();
        foreach (var (id, _) in seen.Where(parcel => parcel.Passed is null))
            yield return Scan(id, "2", ScanEvent.AttemptFailed, ended.AddSeconds(-1), ended, trip.Vehicle);
    }

    SimulatedMessage Registration(ShipmentId id, PatternStop stop, DateTimeOffset at)
    {
        var merchant = s_merchants[(id.Value[^1] - '0') % s_merchants.Length];
        var value = Wire.Object(json =>
        {
            json.Identity(id);
            json.WriteString("merchant", merchant);
            json.WriteStartObject("destination");
            json.Place(stop.Place);
            json.WriteString("city", _description.City);
            json.WriteString("country", _description.Country);
            json.WriteString("timeZone", _description.Zone.Id);
            json.WriteEndObject();
            json.Instant("changedAt", at);
        });
        return new SimulatedMessage(at, MessageTopic.Shipments, id.Value, value, new RegistrationFact(id));
    }

    static SimulatedMessage Scan(ShipmentId id, string number, ScanEvent scanEvent, DateTimeOffset at, DateTimeOffset sendAt, VehicleId vehicle)
    {
        var value = Wire.Object(json =>
        {
            json.WriteString("eventId", number);
            json.Identity(id);
            json.WriteString("event", JsonNamingPolicy.CamelCase.ConvertName(scanEvent.ToString()));
            json.Instant("occurredAt", at);
            json.WriteString("vehicle", vehicle.Name);
        });
        return new SimulatedMessage(sendAt, MessageTopic.Scans, id.Value, value, new ScanFact(id, number, scanEvent, at));
    }

    SimulatedMessage Manifest(RecordedTrip trip, List<(PatternStop Stop, ShipmentId Id)> parcels, DateTimeOffset at)
    {
        var byStop = parcels.ToLookup(parcel => parcel.Stop, parcel => parcel.Id);
        var stops = trip.Manifest(_description.Zone, stop => [.. byStop[stop]]).ToList();
        return new SimulatedMessage(
            at, MessageTopic.Manifests, trip.Vehicle.Value, Wire.Manifest(trip.Vehicle, trip.Version, stops), new ManifestFact(trip.Vehicle, trip.Version, stops.Count));
    }
}
