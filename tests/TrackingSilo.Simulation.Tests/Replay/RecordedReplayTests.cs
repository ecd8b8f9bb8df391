using System.Text.Json;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.Simulation.Tests.Replay;

public sealed class RecordedReplayTests : ReplayFixture
{
    // One bus from a little before stop B to beyond stop C, polled every five minutes.
    static readonly string[] s_drive =
    [
        "9,20250912 10:00,2025-09-12T10:00:10,43.005,-89.4,10,0,t1,N,7,1824",
        "9,20250912 10:05,2025-09-12T10:05:10,43.015,-89.4,10,0,t1,N,7,5472",
        "9,20250912 10:10,2025-09-12T10:10:10,43.025,-89.4,10,0,t1,N,7,9120",
    ];

    [Fact]
    public void A_row_becomes_a_position_in_metres_and_seconds_and_UTC()
    {
        var message = Positions(Open("9,20250912 10:00,2025-09-12T10:00:10,43.005,-89.4,10,270,t1,N,7,1824")).Single();
        using var json = JsonDocument.Parse(message.Value);
        var root = json.RootElement;
        Assert.Equal("toy/9", message.Key);
        Assert.Equal(new DateTimeOffset(2025, 9, 12, 15, 0, 10, TimeSpan.Zero), message.SendAt);
        Assert.Equal("2025-09-12T10:00:00-05:00", root.GetProperty("at").GetString());
        Assert.Equal(4.47, root.GetProperty("speedMetresPerSecond").GetDouble(), 2);
        Assert.Equal(270, root.GetProperty("headingDegrees").GetDouble());
        Assert.Equal(43.005, root.GetProperty("latitude").GetDouble());
    }

    [Fact]
    public void A_trip_is_a_manifest_of_the_stops_that_lie_ahead()
    {
        var manifest = Open(s_drive).Messages().Single(message => message.Topic == MessageTopic.Manifests);
        using var json = JsonDocument.Parse(manifest.Value);
        Assert.Equal(["B", "C", "D"], json.RootElement.GetProperty("stops").EnumerateArray().Select(stop => stop.GetProperty("stopId").GetString()!));
        Assert.All(json.RootElement.GetProperty("stops").EnumerateArray(), stop => Assert.InRange(stop.GetProperty("shipments").GetArrayLength(), 1, 3));
        Assert.True(manifest.SendAt < new DateTimeOffset(2025, 9, 12, 15, 0, 10, TimeSpan.Zero));
    }

    [Fact]
    public void Parcels_are_delivered_when_the_bus_was_seen_beyond_their_stop()
    {
        var messages = Open(s_drive).Messages().ToList();
        var manifest = messages.Single(message => message.Topic == MessageTopic.Manifests);
        using var json = JsonDocument.Parse(manifest.Value);
        var stopOf = json.RootElement.GetProperty("stops").EnumerateArray()
            .SelectMany(stop => stop.GetProperty("shipments").EnumerateArray().Select(id => (Id: id.GetString()!, Stop: stop.GetProperty("stopId").GetString()!)))
            .ToDictionary(entry => entry.Id, entry => entry.Stop);
        var ends = messages.Where(message => message.Fact is ScanFact { Event: not ScanEvent.OutForDelivery }).ToLookup(message => stopOf[message.Key]);

        // Half-way between two fixes five minutes apart; told with the later one.
        Assert.All(ends["B"], end => Assert.Equal((ScanEvent.Delivered, "15:02:30"), Said(end)));
        Assert.All(ends["B"], end => Assert.Equal(new DateTimeOffset(2025, 9, 12, 15, 5, 11, TimeSpan.Zero), end.SendAt));
        Assert.All(ends["C"], end => Assert.Equal((ScanEvent.Delivered, "15:07:30"), Said(end)));
        Assert.All(ends["D"], end => Assert.Equal(ScanEvent.AttemptFailed, Said(end).Event));
        Assert.Equal(stopOf.Count, ends.Sum(stop => stop.Count()));

        static (ScanEvent Event, string At) Said(SimulatedMessage message)
            => message.Fact is ScanFact scan ? (scan.Event, scan.OccurredAt.UtcDateTime.ToString("HH:mm:ss")) : default;
    }

    [Fact]
    public void A_parcel_is_out_for_delivery_before_it_is_delivered_also_where_fixes_are_old()
    {
        var old = s_drive.Select(row => row.Replace("2025-09-12T10:0", "2025-09-12T10:2").Replace("2025-09-12T10:10", "2025-09-12T10:30")).ToArray();
        foreach (var life in Open(old).Messages().Select(message => message.Fact).OfType<ScanFact>().GroupBy(scan => scan.Shipment))
            Assert.Equal(life.Select(scan => scan.Event), life.OrderBy(scan => scan.OccurredAt).Select(scan => scan.Event));
    }

    [Fact]
    public void Each_trip_of_a_vehicle_has_a_higher_version_and_other_parcels()
    {
        var messages = Open(
        [
            .. s_drive,
            "9,20250912 10:20,2025-09-12T10:20:10,43.001,-89.4,10,0,t2,N,7,365",
            "9,20250912 10:25,2025-09-12T10:25:10,43.015,-89.4,10,0,t2,N,7,5472",
        ]).Messages().ToList();
        var manifests = messages.Select(message => message.Fact).OfType<ManifestFact>().ToList();
        Assert.Equal(2, manifests.Count);
        Assert.True(manifests[1].Version > manifests[0].Version);
        var registered = messages.Select(message => message.Fact).OfType<RegistrationFact>().Select(fact => fact.Shipment).ToList();
        Assert.Equal(registered.Count, registered.Distinct().Count());
    }

    [Fact]
    public void Dirt_is_sent_as_it_is_and_known_to_be_refused()
    {
        var replay = Open(
            ",20250912 10:00,2025-09-12T10:00:10,43.005,-89.4,10,0,t1,N,7,1824",
            "8,noon,2025-09-12T10:00:11,43.005,-89.4,10,0,t1,N,7,1824",
            "8,,2025-09-12T10:00:12,43.005,-89.4,10,0,t1,N,7,1824",
            "8,20250912 10:00,2025-09-12T10:00:13,143.005,-89.4,10,0,t1,N,7,1824",
            "8,20250912 10:00,2025-09-12T10:00:14,north,-89.4,10,0,t1,N,7,1824",
            "a\u00e4,20250912 10:00,2025-09-12T10:00:15,43.005,-89.4,10,0,t1,N,7,1824",
            "8,20250912 09:43,2025-09-12T10:00:16,43.005,-89.4,170,0,t1,N,7,1824");
        var ledger = new Ledger();
        foreach (var message in replay.Messages())
        {
            ledger.Record(message);
            using var json = JsonDocument.Parse(message.Value);
        }
        Assert.Equal(7, ledger.Messages[MessageTopic.Positions]);
        Assert.Equal(1, ledger.Vehicles.Values.Sum(vehicle => vehicle.Fixes));
        Assert.Equal(
            [("bad-identity", 1L), ("bad-instant", 1L), ("bad-value", 2L), ("missing-property", 2L)],
            ledger.RefusedByReason.Select(reason => (reason.Key, reason.Value)).Order());
    }

    [Fact]
    public void Gaps_of_over_an_hour_are_leapt_over()
    {
        var replay = Open([.. s_drive, "9,20250912 13:00,2025-09-12T13:00:10,43.001,-89.4,10,0,t3,N,7,365", "9,20250912 13:59,2025-09-12T13:59:10,43.02,-89.4,10,0,t3,N,7,7300"]);
        var skip = Assert.Single(replay.Skips);
        Assert.DoesNotContain(replay.Messages(), message => message.SendAt > skip.From && message.SendAt < skip.To);

        var clock = new ClockSchedule { DomainStart = replay.StartsAt, RealStart = DateTimeOffset.UnixEpoch, Speed = 60, Skips = replay.Skips };
        var last = replay.Messages().Last().SendAt;
        // Ten minutes of driving, an hour of it, and the minutes that surround them: at 60 times, little over a minute.
        Assert.InRange((clock.ToReal(last) - clock.RealStart).TotalSeconds, 60, 75);
        Assert.Equal(last, clock.ToDomain(clock.ToReal(last)));
    }

    [Fact]
    public void A_second_replay_begins_whole_weeks_later_at_the_same_time_of_day()
    {
        var first = Open(s_drive);
        var second = OpenAt(first.Messages().Last().SendAt, s_drive);
        Assert.Equal(1, second.Weeks);
        Assert.Equal(first.StartsAt.AddDays(7), second.StartsAt);
        Assert.Empty(Shipments(first).Intersect(Shipments(second)));
        // Over the end of summer time the wall clock keeps its time.
        Assert.Equal(first.StartsAt.DateTime.TimeOfDay, OpenAt(new DateTimeOffset(2025, 11, 20, 0, 0, 0, TimeSpan.Zero), s_drive).StartsAt.DateTime.TimeOfDay);
    }

    [Fact]
    public void A_pattern_that_the_file_lacks_is_replaced_by_one_that_fits()
    {
        var replay = Open([.. s_drive.Select(row => row.Replace(",7,", ",99,"))]);
        Assert.Equal((1, 1), replay.PatternsMissing);
        Assert.Equal(1, replay.Trips);

        var elsewhere = Open([.. s_drive.Select(row => row.Replace(",7,", ",99,").Replace("-89.4", "-89.5"))]);
        Assert.Equal((1, 0), elsewhere.PatternsMissing);
        Assert.Equal(3, Positions(elsewhere).Count());
    }

    [Fact]
    public void A_way_that_comes_to_a_stop_twice_names_each_visit()
    {
        Write("ways.json.gz", """
            {"ways":{"N":[{"pid":7,"pt":[
              {"lat":43.00,"lon":-89.4,"stop":"A"},{"lat":43.02,"lon":-89.4,"stop":"B"},{"lat":43.00,"lon":-89.4001,"stop":"A"}]}]}}
            """);
        Write("fixes.csv", string.Join('\n', s_drive.Prepend(Header)));
        var replay = RecordedReplay.Open(Folder, DescriptionReader.Read(Write("toy.yaml", Description)), 1, null);
        using var json = JsonDocument.Parse(replay.Messages().Single(message => message.Topic == MessageTopic.Manifests).Value);
        Assert.Equal(["B", "A-2"], json.RootElement.GetProperty("stops").EnumerateArray().Select(stop => stop.GetProperty("stopId").GetString()!));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
        => Assert.Equal(
            Open(s_drive).Messages().Select(message => Convert.ToBase64String(message.Value)),
            Open(s_drive).Messages().Select(message => Convert.ToBase64String(message.Value)));

    [Fact]
    public void Madisons_buses_are_understood_where_their_data_is_present()
    {
        var folder = MadisonBus.Folder;
        if (folder is null)
            return;
        var replay = MadisonBus.Open(folder);
        Assert.Equal(51_972, replay.Positions);
        Assert.Equal(8, replay.Skips.Length);
        Assert.True(replay.Trips > 3_000, $"{replay.Trips} trips");
        Assert.Equal(3, replay.WorthWatching(3, replay.StartsAt).Distinct().Count());
        var last = DateTimeOffset.MinValue;
        var ledger = new Ledger();
        foreach (var message in replay.Messages().TakeWhile(message => message.SendAt < replay.StartsAt.AddHours(3)))
        {
            Assert.True(message.SendAt >= last);
            last = message.SendAt;
            ledger.Record(message);
        }
        Assert.Empty(ledger.RefusedByReason);
        var statuses = ledger.Shipments.Values.CountBy(shipment => shipment.ExpectedStatus).ToDictionary();
        Assert.True(statuses[ShipmentStatus.Delivered] > 2 * statuses[ShipmentStatus.AttemptFailed], string.Join(", ", statuses));
    }

    static IEnumerable<SimulatedMessage> Positions(IMessageSource replay) => replay.Messages().Where(message => message.Topic == MessageTopic.Positions);

    static IEnumerable<ShipmentId> Shipments(IMessageSource replay) => replay.Messages().Select(message => message.Fact).OfType<RegistrationFact>().Select(fact => fact.Shipment);
}
