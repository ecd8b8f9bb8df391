using System.Text.Json;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using Xunit.Abstractions;

namespace TrackingSilo.Simulation.Tests;

public sealed class CityTests(ITestOutputHelper output)
{
    static readonly City s_faulty = City.FromSeed(7).With(Fault.All).WithVans(6);

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        var first = s_faulty.Messages().ToList();
        var second = City.FromSeed(7).WithVans(6).With(Fault.All).Messages().ToList();

        Assert.Equal(first.Count, second.Count);
        Assert.All(first.Zip(second), pair =>
        {
            Assert.Equal(pair.First.SendAt, pair.Second.SendAt);
            Assert.Equal(pair.First.Topic, pair.Second.Topic);
            Assert.Equal(pair.First.Key, pair.Second.Key);
            Assert.True(pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value));
        });
    }

    [Fact]
    public void Another_seed_gives_another_city()
        => Assert.NotEqual(
            City.FromSeed(1).Messages().Take(500).Select(message => Convert.ToBase64String(message.Value)),
            City.FromSeed(2).Messages().Take(500).Select(message => Convert.ToBase64String(message.Value)));

    [Fact]
    public void Messages_come_in_the_order_of_their_sending()
    {
        var last = DateTimeOffset.MinValue;
        foreach (var message in s_faulty.ForDays(2).Messages())
        {
            Assert.True(message.SendAt >= last, $"{message.SendAt:O} after {last:O}");
            last = message.SendAt;
        }
    }

    [Fact]
    public void Without_faults_every_message_is_good_and_sent_once()
    {
        var seen = new HashSet<string>();
        foreach (var message in City.FromSeed(3).WithVans(4).Messages())
        {
            using var json = JsonDocument.Parse(message.Value);
            Assert.Equal(Fault.None, message.Faults);
            Assert.IsNotType<RefusedFact>(message.Fact);
            Assert.True(seen.Add(message.Topic + Convert.ToBase64String(message.Value)), System.Text.Encoding.UTF8.GetString(message.Value));
        }
    }

    [Fact]
    public void Every_kind_of_fault_is_there_and_counted()
    {
        var ledger = LedgerOf(s_faulty.WithVans(24));
        foreach (var fault in Enum.GetValues<Fault>().Where(fault => fault is not (Fault.None or Fault.All)))
            Assert.True(ledger.Faults.GetValueOrDefault(fault) > 0, $"no {fault}");
        Assert.Subset(
            ledger.RefusedByReason.Keys.ToHashSet(),
            new HashSet<string> { "not-json", "empty", "bad-identity", "missing-property", "from-the-future", "bad-instant", "bad-value" });
    }

    [Fact]
    public void Faults_change_nothing_about_what_happened()
    {
        var clean = LedgerOf(City.FromSeed(11).WithVans(8));
        var faulty = LedgerOf(City.FromSeed(11).WithVans(8).With(Fault.Late, Fault.Duplicated, Fault.Reordered, Fault.Garbled));

        Assert.Equal(clean.Shipments.Keys.Order(), faulty.Shipments.Keys.Order());
        foreach (var (id, account) in clean.Shipments)
        {
            // Near the end of the last day late messages may miss it.
            if (account.Scans.Max(scan => scan.OccurredAt) > City.FromSeed(11).EndsAt.AddHours(-1))
                continue;
            Assert.Equal(account.ExpectedStatus, faulty.Shipments[id].ExpectedStatus);
            Assert.Equal(account.DistinctScans, faulty.Shipments[id].DistinctScans);
        }
        Assert.Equal(clean.Vehicles.Sum(van => van.Value.Fixes), faulty.Vehicles.Sum(van => van.Value.Fixes));
    }

    [Fact]
    public void One_hour_of_the_first_morning_shows_every_status()
    {
        var city = City.FromSeed(42);
        var ledger = new Ledger();
        var during = new HashSet<ScanEvent>();
        foreach (var message in city.Messages().TakeWhile(message => message.SendAt < city.StartsAt.AddHours(1)))
        {
            ledger.Record(message);
            if (message.SendAt >= city.StartsAt && message.Fact is ScanFact scan)
                during.Add(scan.Event);
        }
        var statuses = ledger.Shipments.Values.CountBy(account => account.ExpectedStatus).ToDictionary();
        output.WriteLine(string.Join(", ", statuses));
        output.WriteLine(string.Join(", ", ledger.Messages));
        foreach (var status in Enum.GetValues<ShipmentStatus>())
            Assert.True(statuses.GetValueOrDefault(status) > 0, $"no {status}");
        Assert.Superset(
            new HashSet<ScanEvent>
            {
                ScanEvent.Registered, ScanEvent.PickedUp, ScanEvent.ArrivedAtFacility, ScanEvent.OutForDelivery, ScanEvent.AttemptFailed,
                ScanEvent.ReadyForPickup, ScanEvent.Redelivery, ScanEvent.Delivered, ScanEvent.Returned, ScanEvent.Cancelled, ScanEvent.Lost, ScanEvent.Retraction,
            },
            during);
        Assert.InRange(ledger.Shipments.Count, 1_000, 4_000);
    }

    [Fact]
    public void Vans_are_where_their_tours_say()
    {
        var city = City.FromSeed(5).WithVans(3);
        var tours = city.Tours(0).ToDictionary(tour => tour.Vehicle);
        var near = tours.Keys.ToDictionary(id => id, _ => 0);
        foreach (var message in city.Messages())
        {
            if (message.Fact is not FixFact fix || !tours.TryGetValue(fix.Vehicle, out var tour))
                continue;
            using var json = JsonDocument.Parse(message.Value);
            var place = GeoPoint.Create(json.RootElement.GetProperty("latitude").GetDouble(), json.RootElement.GetProperty("longitude").GetDouble());
            if (tour.Stops.FirstOrDefault(stop => fix.At >= stop.ArrivesAt && fix.At <= stop.LeavesAt) is { } stop)
            {
                Assert.InRange(place.DistanceMetresTo(stop.Place), 0, 40);
                near[fix.Vehicle]++;
            }
        }
        Assert.All(near.Values, count => Assert.True(count > 40));
    }

    [Fact]
    public void Nothing_is_sent_in_a_skipped_night()
    {
        var city = s_faulty.ForDays(3);
        Assert.Equal(2, city.Skips.Length);
        Assert.DoesNotContain(city.Messages(), message => city.Skips.Any(skip => message.SendAt > skip.From && message.SendAt < skip.To));
    }

    [Fact]
    public void A_run_on_another_day_has_other_parcels_and_higher_manifests()
    {
        var today = LedgerOf(City.FromSeed(1).StartingOn(new DateOnly(2026, 5, 4)).WithVans(4));
        var tomorrow = LedgerOf(City.FromSeed(1).StartingOn(new DateOnly(2026, 5, 5)).WithVans(4));
        Assert.Empty(today.Shipments.Keys.Intersect(tomorrow.Shipments.Keys));
        Assert.All(today.Vehicles, van => Assert.True(tomorrow.Vehicles[van.Key].HighestManifest > van.Value.HighestManifest));
    }

    [Fact]
    public void Watched_parcels_are_on_the_road_and_come_soon()
    {
        var city = City.FromSeed(9);
        var watched = city.WorthWatching(3, city.StartsAt);
        var ledger = LedgerOf(city);
        Assert.Equal(3, watched.Count);
        Assert.All(watched, id => Assert.InRange(
            ledger.Shipments[id].Scans.First(scan => scan.Event is ScanEvent.Delivered or ScanEvent.AttemptFailed).OccurredAt,
            city.StartsAt, city.StartsAt.AddHours(1)));
    }

    static Ledger LedgerOf(City city)
    {
        var ledger = new Ledger();
        foreach (var message in city.Messages())
            ledger.Record(message);
        return ledger;
    }
}
