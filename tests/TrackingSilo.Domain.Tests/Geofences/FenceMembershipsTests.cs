using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Tests.Vehicles;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Geofences;

public class FenceMembershipsTests
{
    static readonly GeofenceIndex Town = GeofenceIndex.Build([Follower.Block("west", 0, -500, 1_000, 500), Follower.Block("centre", 400, -500, 600, 500)]);

    static readonly string[] DriveThrough = ["Entered west 22.8", "Entered centre 62.8", "Exited centre 82.8", "Exited west 122.8"];

    static IEnumerable<Fix> Through() => Enumerable.Range(0, 40).Select(i => Ground.Fix(i * 5, -228 + (i * 50)));

    [Fact]
    public void A_drive_through_enters_and_exits_each_fence_once_when_it_crossed_the_border()
        => Assert.Equal(DriveThrough, new Follower(Town).Drive(Through()).Told);

    [Fact]
    public void One_fix_inside_is_no_visit()
        => Assert.Empty(new Follower(Town).Drive(Ground.Fix(0, -100), Ground.Fix(5, 20), Ground.Fix(10, -100), Ground.Fix(15, -100)).Told);

    [Fact]
    public void A_walk_along_a_border_comes_and_goes_once_at_most_and_without_our_rules_dozens_of_times()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            double Noise() => 10 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var walk = Enumerable.Range(0, 400).Select(i => Ground.Fix(i * 5, Noise(), -400 + (i * 2) + Noise(), accuracy: 15)).ToList();
            var told = new Follower(Town).Drive(walk).Told;
            Assert.InRange(told.Count(e => e.StartsWith("Entered west", StringComparison.Ordinal)), 0, 1);
            Assert.InRange(told.Count(e => e.StartsWith("Exited west", StringComparison.Ordinal)), 0, 1);

            Assert.True(Town.TryFind("west", out var west));
            var sides = walk.ConvertAll(fix => Town.Holds(west, fix.Place));
            Assert.InRange(sides.Zip(sides.Skip(1)).Count(pair => pair.First != pair.Second), 100, 400);
        }
    }

    [Fact]
    public void A_poor_fix_is_no_evidence()
        => Assert.Empty(new Follower(Town).Drive(
            Ground.Fix(0, -100), Ground.Fix(5, 500, accuracy: 200), Ground.Fix(20, 500, accuracy: 300), Ground.Fix(25, -100)).Told);

    [Fact]
    public void Confidence_comes_from_how_far_beyond_the_border_fixes_are_and_from_their_accuracy()
    {
        static float Of(double depth, float accuracy) => new Follower(Town).Drive(
            Ground.Fix(0, -300, accuracy: accuracy), Ground.Fix(10, depth, accuracy: accuracy), Ground.Fix(20, depth, accuracy: accuracy)).Events.Single().Confidence;

        Assert.InRange(Of(15, 10), 0.99, 1);
        Assert.InRange(Of(15, 60), 0.8, 0.99);
        Assert.True(Of(15, 60) < Of(100, 60));
    }

    [Fact]
    public void Where_a_vehicle_is_seen_first_is_state_and_leaving_it_an_event()
    {
        var follower = new Follower(Town).Drive(Ground.Fix(0, 100));
        Assert.Empty(follower.Told);
        Assert.True(follower.Fences.IsIn("west"));
        Assert.Equal(["Exited west 10.0"], follower.Drive(Ground.Fix(5, 100), Ground.Fix(15, -100), Ground.Fix(25, -100)).Told);
        Assert.Equal(0, follower.Fences.Count);
    }

    [Fact]
    public void A_new_fence_around_a_parked_vehicle_is_state_and_one_that_is_gone_or_replaced_is_left_without_a_fix()
    {
        var follower = new Follower(Town).Drive(Ground.Fix(0, 500), Ground.Fix(5, 500));
        follower.Refence(GeofenceIndex.Build([Follower.Block("new", 0, -500, 1_000, 500), Follower.Block("centre", 400, -500, 600, 500)]), 60);
        Assert.Equal(["Exited west 60.0"], follower.Told);
        Assert.True(follower.Fences.IsIn("new"));
        Assert.True(follower.Fences.IsIn("centre"));

        follower.Refence(GeofenceIndex.Build([Follower.Block("new", 0, -500, 1_000, 500), Follower.Block("centre", 400, -500, 601, 500)]), 70);
        Assert.Equal(["Exited west 60.0", "Exited centre 70.0"], follower.Told);
        Assert.True(follower.Fences.IsIn("centre"));
    }

    [Fact]
    public void Ordinals_of_another_index_change_nothing()
    {
        var swapped = GeofenceIndex.Build([Follower.Block("centre", 400, -500, 600, 500), Follower.Block("west", 0, -500, 1_000, 500)]);
        var follower = new Follower(Town);
        foreach (var fix in Through())
        {
            follower.Drive(fix);
            follower.Index = ReferenceEquals(follower.Index, Town) ? swapped : Town;
        }
        Assert.Equal(DriveThrough, follower.Told);
    }

    [Fact]
    public void No_more_than_sixteen_fences_are_followed()
    {
        var many = GeofenceIndex.Build(Enumerable.Range(0, 40).Select(i => Follower.Block($"{i:00}", 0, -500, 1_000, 500)));
        var follower = new Follower(many).Drive(
            Ground.Fix(0, -100), Ground.Fix(10, 100), Ground.Fix(20, 100), Ground.Fix(30, -100), Ground.Fix(40, -100));
        Assert.Equal(2 * FenceMemberships.Capacity, follower.Told.Count);
        Assert.Equal(0, follower.Fences.Count);
    }

    [Fact]
    public void A_stay_is_told_when_it_is_long_enough_with_a_fix_or_without()
    {
        var depot = GeofenceIndex.Build([Follower.Block("depot", 0, -500, 1_000, 500, GeofenceKind.Depot)]);
        Fix[] arrival = [Ground.Fix(0, -50), Ground.Fix(10, 50), Ground.Fix(20, 100)];
        var silent = new Follower(depot).Drive(arrival);
        Assert.Equal(Ground.Noon.AddSeconds(605), silent.Fences.NextDueAt()!.Value, TimeSpan.FromSeconds(0.1));
        silent.Silence(604);
        Assert.Equal(["Entered depot 5.0"], silent.Told);
        silent.Silence(606);
        Assert.Equal(["Entered depot 5.0", "Dwelled depot 605.0"], silent.Told);
        Assert.Null(silent.Fences.NextDueAt());
        silent.Silence(700);

        var seen = new Follower(depot).Drive([.. arrival, .. Enumerable.Range(0, 100).Select(i => Ground.Fix(30 + (i * 10), 100))]);
        Assert.Equal(silent.Told, seen.Told);
    }

    [Fact]
    public void A_stay_that_silence_spoke_for_is_taken_back_when_the_vehicle_had_left()
    {
        var yard = new FenceRule { Dwell = TimeSpan.FromSeconds(60) };
        var follower = new Follower(GeofenceIndex.Build([Follower.Block("yard", 0, -500, 1_000, 500, GeofenceKind.Hub, yard)]));
        follower.Drive(Ground.Fix(0, -50), Ground.Fix(10, 50), Ground.Fix(20, 50));
        follower.Silence(70);
        follower.Drive(Ground.Fix(75, -200), Ground.Fix(80, -300));
        Assert.Equal(["Entered yard 5.0", "Dwelled yard 65.0", "-Dwelled yard 65.0", "Exited yard 31.0"], follower.Told);
    }

    [Fact]
    public void A_restricted_zone_tells_who_went_through_between_two_fixes_or_was_seen_in_it_once()
    {
        var zone = GeofenceIndex.Build([Follower.Block("zone", 0, -500, 40, 500, GeofenceKind.Restricted)]);
        Assert.Equal(["Crossed zone 10.0"], new Follower(zone).Drive(Ground.Fix(0, -100), Ground.Fix(20, 100)).Told);
        Assert.Equal(["Crossed zone 8.3"], new Follower(zone).Drive(Ground.Fix(0, -100), Ground.Fix(10, 20), Ground.Fix(20, 140)).Told);
        Assert.Empty(new Follower(zone).Drive(Ground.Fix(0, -100, 600), Ground.Fix(20, 100, 600)).Told);
    }

    [Fact]
    public void A_late_fix_tells_a_visit_that_had_been_missed_and_takes_back_what_it_disproves()
    {
        var missed = new Follower(Town).Drive(Ground.Fix(0, -100), Ground.Fix(60, -100));
        missed.Drive(Ground.Fix(30, 100), Ground.Fix(45, 100), Ground.Fix(75, -100));
        Assert.Equal(["Entered west 15.0", "Exited west 52.5"], missed.Standing);

        var disproved = new Follower(Town).Drive(Ground.Fix(0, 100), Ground.Fix(20, -100), Ground.Fix(40, -100));
        Assert.Equal(["Exited west 10.0"], disproved.Told);
        disproved.Drive(Ground.Fix(15, 100));
        Assert.Equal(["Exited west 10.0", "-Exited west 10.0", "Exited west 17.5"], disproved.Told);
    }

    [Fact]
    public void What_is_uploaded_after_a_gap_is_walked_once_and_never_changes_the_present()
    {
        var follower = new Follower(Town).Drive(Ground.Fix(0, -200), Ground.Fix(10, -200), Ground.Fix(1_000, -300), Ground.Fix(1_010, -300));
        Fix[] upload = [.. Enumerable.Range(0, 30).Select(i => Ground.Fix(60 + (i * 10), -150 + ((15 - Math.Abs(i - 15)) * 32)))];
        follower.Drive(upload);
        Assert.Equal(["Entered west 106.9", "Exited west 313.1"], follower.Standing);
        Assert.Equal(0, follower.Fences.Count);

        follower.Drive(upload);
        Assert.Equal(2, follower.Told.Count);
    }

    [Fact]
    public void A_gap_whose_end_was_told_is_not_told_again()
    {
        var follower = new Follower(Town).Drive(Ground.Fix(0, -200), Ground.Fix(10, -200), Ground.Fix(1_000, 200), Ground.Fix(1_010, 200));
        Assert.Equal(["Entered west 1000.0"], follower.Told);
        follower.Drive(Enumerable.Range(0, 40).Select(i => Ground.Fix(60 + (i * 10), -200 + (i * 10))));
        Assert.Equal(["Entered west 1000.0"], follower.Told);
    }

    [Fact]
    public void The_fence_of_the_longest_stay_is_the_one_to_name()
    {
        var follower = new Follower(Town);
        Assert.False(follower.Fences.TryGetFirst(Town, out _));
        follower.Drive(Enumerable.Range(0, 20).Select(i => Ground.Fix(i * 5, -225 + (i * 40))));
        Assert.Equal(2, follower.Fences.Count);
        Assert.True(follower.Fences.TryGetFirst(Town, out var fence));
        Assert.Equal("west", fence.Id);
    }

    [Fact]
    public void A_fix_in_order_allocates_nothing()
    {
        var window = new FixWindow();
        var fences = new FenceMemberships();
        var events = new List<FenceEvent>(64);
        void Drive(int lap)
        {
            for (var i = 0; i < 1_000; i++)
            {
                var fix = Ground.Fix((lap * 5_000) + (i * 5), -225 + (i * 50 % 1_500 < 750 ? i * 50 % 1_500 : 1_500 - (i * 50 % 1_500)));
                window.Add(fix, fix.At, fences);
                fences.Update(Town, window, events);
                events.Clear();
            }
        }

        Drive(0);
        Drive(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Drive(2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_an_earlier_version_wrote_is_read_and_goes_on()
    {
        var buffer = new byte[256];
        var writer = new PackedWriter(buffer);
        writer.WriteByte(1);
        writer.WriteByte(1);
        writer.WriteUnsigned(2);
        foreach (var (id, state) in new[] { ("west", 1), ("gone", 1) })
        {
            writer.WriteText(id);
            writer.WriteByte((byte)state);
            writer.WriteSigned(Ground.Noon.ToUnixTimeMilliseconds());
        }
        var fences = FenceMemberships.Read(buffer.AsSpan(0, writer.Length));
        Assert.True(fences.IsIn("west"));

        var window = new FixWindow();
        var events = new List<FenceEvent>();
        foreach (var fix in new[] { Ground.Fix(0, 100), Ground.Fix(10, -100), Ground.Fix(20, -200), Ground.Fix(15, -150) })
        {
            window.Add(fix, fix.At, fences);
            fences.Update(Town, window, events);
        }
        Assert.Equal([("gone", FenceEventKind.Exited), ("west", FenceEventKind.Exited)], events.Select(e => (e.FenceId, e.Kind)));
    }

    [Fact]
    public void Bytes_that_are_no_memberships_are_refused()
    {
        var follower = new Follower(Town).Drive(Through());
        var buffer = new byte[FenceMemberships.PackedMaxBytes];
        var whole = buffer[..follower.Fences.WriteTo(follower.Window, buffer)];
        var random = new Random(2);
        for (var i = 0; i < 5_000; i++)
        {
            var bent = whole[..random.Next(whole.Length + 1)];
            if (bent.Length > 0)
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
            try
            {
                FenceMemberships.Read(bent);
            }
            catch (InvalidDataException)
            {
                // The one refusal that is promised.
            }
        }
    }
}
