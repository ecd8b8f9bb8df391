using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

public class FixWindowTests
{
    static readonly DateTimeOffset RecordTime = Ground.Noon.AddMinutes(30);

    static FixVerdict Add(FixWindow window, Fix fix) => window.Add(fix, RecordTime);

    static FixWindow Window(params ReadOnlySpan<Fix> fixes)
    {
        var window = new FixWindow();
        foreach (var fix in fixes)
            Add(window, fix);
        return window;
    }

    static List<Fix> Contents(FixWindow window)
    {
        var fixes = new List<Fix>();
        for (var i = 0; i < window.Count; i++)
        {
            if (window.IsBelieved(i))
                fixes.Add(window[i]);
        }
        return fixes;
    }

    // Fixes of a slow walk, some at one instant, some with an outlier's place.
    static readonly Arbitrary<Fix[]> Walks = Gen.ArrayOf(
        from second in Gen.Choose(0, 300)
        from step in Gen.Choose(-3, 3)
        from far in Gen.Frequency((15, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
        from accuracy in Gen.Elements(float.NaN, 5f, 30f, 600f)
        from sequence in Gen.Frequency((3, Gen.Constant(-1)), (1, Gen.Choose(0, 50)))
        select Ground.Fix(second, (second * 10) + (step * 20) + (far * 50_000), step * 10, accuracy, sequence: sequence)).ToArbitrary();

    [Fact]
    public void The_newest_fix_is_accepted_and_one_between_is_late_and_put_in_its_place()
    {
        var window = Window(Ground.Fix(0, 0), Ground.Fix(20, 200));
        Assert.Equal(FixVerdict.Late, Add(window, Ground.Fix(10, 100)));
        Assert.Equal([0, 10, 20], Contents(window).Select(f => (f.At - Ground.Noon).TotalSeconds));
    }

    [Fact]
    public void The_same_instant_and_place_or_sequence_is_a_duplicate()
    {
        var window = Window(Ground.Fix(0, 0, sequence: 7), Ground.Fix(20, 200));
        Assert.Equal(FixVerdict.Duplicate, Add(window, Ground.Fix(0, 0)));
        Assert.Equal(FixVerdict.Duplicate, Add(window, Ground.Fix(0, 30, sequence: 7)));
        Assert.Equal(FixVerdict.Duplicate, Add(window, Ground.Fix(20, 200, accuracy: 3)));
        Assert.Equal(2, window.Count);
    }

    [Fact]
    public void What_is_older_than_two_minutes_before_the_newest_is_too_late_and_leaves()
    {
        var window = Window(Ground.Fix(0, 0), Ground.Fix(100, 500), Ground.Fix(150, 900));
        Assert.Equal(2, window.Count);
        Assert.Equal(FixVerdict.TooLate, Add(window, Ground.Fix(29, 100)));
        Assert.Equal(FixVerdict.Late, Add(window, Ground.Fix(30, 100)));
    }

    [Theory]
    [InlineData(120, FixVerdict.Accepted)]
    [InlineData(121, FixVerdict.FromTheFuture)]
    public void A_clock_may_be_two_minutes_ahead_of_the_log(int seconds, FixVerdict verdict)
        => Assert.Equal(verdict, new FixWindow().Add(Ground.Fix(seconds, 0), Ground.Noon));

    [Fact]
    public void What_no_vehicle_can_do_and_no_receiver_can_mean_is_refused()
    {
        var window = Window(Ground.Fix(0, 0));
        Assert.Equal(FixVerdict.ImplausibleJump, Add(window, Ground.Fix(10, 800)));
        Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(10, 650)));
        Assert.Equal(FixVerdict.ImplausibleJump, Add(window, Ground.Fix(11, 700, speed: 76)));
        Assert.Equal(FixVerdict.Inaccurate, Add(window, Ground.Fix(12, 700, accuracy: 501)));
        Assert.Equal(FixVerdict.Inaccurate, Add(window, Ground.Fix(12, 700, accuracy: float.PositiveInfinity)));
    }

    [Fact]
    public void Five_rejected_fixes_that_agree_replace_the_outlier_that_rejected_them()
    {
        var window = Window(Ground.Fix(0, 500_000));
        for (var i = 1; i <= 4; i++)
            Assert.Equal(FixVerdict.ImplausibleJump, Add(window, Ground.Fix(i * 5, i * 50)));
        Assert.Equal(FixVerdict.Duplicate, Add(window, Ground.Fix(20, 200)));
        Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(25, 250)));
        Assert.Equal([5, 10, 15, 20, 25], Contents(window).Select(f => (f.At - Ground.Noon).TotalSeconds));
    }

    [Fact]
    public void Rejected_fixes_that_do_not_agree_or_not_in_a_row_replace_nothing()
    {
        var window = Window(Ground.Fix(0, 0));
        for (var i = 1; i <= 20; i++)
            Assert.Equal(FixVerdict.ImplausibleJump, Add(window, Ground.Fix(i, i % 2 == 0 ? 100_000 : -100_000)));
        for (var i = 21; i <= 60; i++)
            Assert.Equal(i % 4 == 0 ? FixVerdict.Accepted : FixVerdict.ImplausibleJump, Add(window, Ground.Fix(i, i % 4 == 0 ? 0 : 100_000)));
    }

    [Fact]
    public void A_window_grows_to_its_capacity_and_forgets_the_oldest()
    {
        var window = new FixWindow();
        for (var i = 0; i < 400; i++)
            Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(i * 0.5, i * 5)));
        Assert.Equal(FixWindow.Capacity, window.Count);
        Assert.Equal(FixVerdict.TooLate, Add(window, Ground.Fix(120.25, 1202)));
        Assert.Equal(FixVerdict.Late, Add(window, Ground.Fix(199.25, 1992)));
        Assert.Equal(FixWindow.Capacity, window.Count);
    }

    [Fact]
    public void A_full_window_takes_no_fix_of_the_oldest_instant_and_a_flood_of_outliers_does_not_make_a_vehicle_vanish()
    {
        var window = new FixWindow();
        for (var i = 0; i < FixWindow.Capacity; i++)
            Add(window, Ground.Fix(i * 0.5, i * 5, sequence: 10));
        Assert.Equal(FixVerdict.TooLate, Add(window, Ground.Fix(0, 1, sequence: 1)));

        for (var i = 0; i < 2 * FixWindow.Capacity; i++)
            Assert.Equal(FixVerdict.ImplausibleJump, Add(window, Ground.Fix(64 + (i * 0.1), i % 2 == 0 ? 100_000 : -100_000)));
        Assert.True(window.TryGetNewest(out var newest));
        Assert.Equal(Ground.Noon.AddSeconds(63.5), newest.At);
        Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(100, 700)));
    }

    [Fact]
    public void Once_grown_a_window_allocates_nothing()
    {
        var window = new FixWindow();
        var fixes = Enumerable.Range(0, 2_000).Select(i => Ground.Fix(i, i * 10)).ToArray();
        foreach (var fix in fixes.AsSpan(0, 1_000))
            Add(window, fix);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var fix in fixes.AsSpan(1_000))
            Add(window, fix);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_verdict_says_what_became_of_the_fix()
        => Prop.ForAll(Walks, fixes =>
        {
            var window = new FixWindow();
            foreach (var fix in fixes)
            {
                var known = window.TryGetNewest(out var before);
                var verdict = Add(window, fix);
                window.TryGetNewest(out var after);
                if (verdict == FixVerdict.Accepted)
                    Assert.Equal(fix.At, after.At);
                else if (window.Change == WindowChange.Nothing)
                    Assert.Equal(known ? before : default, after);
                Assert.Equal(Contents(window).OrderBy(f => f.At).Select(f => f.At), Contents(window).Select(f => f.At));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_outlier_that_came_first_is_no_longer_believed_when_the_fix_before_it_comes()
    {
        var window = Window(Ground.Fix(30, 90_000));
        Assert.Equal(FixVerdict.Late, Add(window, Ground.Fix(20, 200)));
        Assert.True(window.TryGetNewest(out var newest));
        Assert.Equal(Ground.Noon.AddSeconds(20), newest.At);
        Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(25, 250)));
        Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(35, 350)));
        Assert.Equal([20, 25, 35], Contents(window).Select(f => (f.At - Ground.Noon).TotalSeconds));
    }

    [Fact]
    public void However_often_fixes_are_doubled_the_window_is_the_same()
        => Prop.ForAll(Walks, Gen.ArrayOf(Gen.Choose(0, 1000)).ToArbitrary(), (fixes, repeats) =>
        {
            var once = Window(fixes);
            var doubled = new FixWindow();
            for (var i = 0; i < fixes.Length; i++)
            {
                Add(doubled, fixes[i]);
                // Any of those before, at any time, again.
                if (repeats.Length > 0)
                    Add(doubled, fixes[repeats[i % repeats.Length] % (i + 1)]);
            }
            if (fixes.All(f => f.Place.Longitude < -88.9))
                Assert.Equal(Contents(once), Contents(doubled));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void In_whatever_order_fixes_come_outliers_among_them_the_window_believes_the_same()
        => Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var fixes = Enumerable.Range(0, random.Next(1, 28))
                .Select(i => Ground.Fix(i * 4, (i * 30) + random.Next(10) + (random.Next(10) == 0 ? 50_000 : 0))).ToArray();
            var shuffled = fixes.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(Contents(Window(fixes)), Contents(Window(shuffled)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Twelve_fixes_pack_into_fewer_than_400_bytes()
    {
        var window = new FixWindow();
        for (var i = 0; i < 12; i++)
            Add(window, Ground.Fix(i * 5, i * 73.7, i * 11.3, 7.3f, 14.74f, 1_000_000 + i) with { HeadingDegrees = 87.3f });
        Assert.InRange(window.WriteTo(new byte[FixWindow.PackedMaxBytes]), 100, 250);
    }

    [Fact]
    public void A_window_that_was_written_and_read_judges_as_before()
        => Prop.ForAll(Walks, fixes =>
        {
            var one = new FixWindow();
            var other = new FixWindow();
            var buffer = new byte[FixWindow.PackedMaxBytes];
            foreach (var fix in fixes)
            {
                Assert.Equal(Add(one, fix), Add(other, fix));
                if (one.Count > FixWindow.PackedFixes)
                    return;
                other = FixWindow.Read(buffer.AsSpan(0, other.WriteTo(buffer)));
                Assert.Equal(Contents(one), Contents(other));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_a_long_window_the_newest_fixes_survive_and_older_ones_count_no_second_time()
    {
        var window = new FixWindow();
        for (var i = 0; i < 60; i++)
            Add(window, Ground.Fix(i, i * 10));
        var buffer = new byte[FixWindow.PackedMaxBytes];
        var read = FixWindow.Read(buffer.AsSpan(0, window.WriteTo(buffer)));

        Assert.Equal(FixWindow.PackedFixes, Contents(read).Count);
        for (var i = 0; i < 60; i++)
            Assert.Equal(i < 60 - FixWindow.PackedFixes ? FixVerdict.TooLate : FixVerdict.Duplicate, Add(read, Ground.Fix(i, i * 10)));
    }

    [Fact]
    public void What_an_earlier_version_wrote_is_read_and_judges_as_before()
    {
        var buffer = new byte[FixWindow.PackedMaxBytes];
        var writer = new PackedWriter(buffer);
        writer.WriteByte(1);
        writer.WriteSigned(long.MinValue);
        FixGrid.Write(ref writer, Ring(Ground.Fix(0, 0), Ground.Fix(10, 100)), 0);
        FixGrid.Write(ref writer, Ring(Ground.Fix(5, 90_000)), 0);
        var window = FixWindow.Read(buffer.AsSpan(0, writer.Length));

        Assert.Equal([0, 10], Contents(window).Select(f => (f.At - Ground.Noon).TotalSeconds));
        Assert.Equal(FixVerdict.Duplicate, Add(window, Ground.Fix(5, 90_000)));
        Assert.Equal(FixVerdict.Accepted, Add(window, Ground.Fix(20, 200)));

        static FixRing Ring(params ReadOnlySpan<Fix> fixes)
        {
            var ring = new FixRing(8);
            foreach (var fix in fixes)
                ring.Insert(ring.Count, FixGrid.Snap(fix));
            return ring;
        }
    }

    [Fact]
    public void Bytes_that_are_no_window_are_refused()
    {
        var window = Window(Ground.Fix(0, 0), Ground.Fix(5, 50), Ground.Fix(6, 90_000));
        var buffer = new byte[FixWindow.PackedMaxBytes];
        var whole = buffer[..window.WriteTo(buffer)];
        var random = new Random(2);
        for (var i = 0; i < 5_000; i++)
        {
            var bent = whole[..random.Next(whole.Length + 1)];
            if (bent.Length > 0)
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
            try
            {
                Add(FixWindow.Read(bent), Ground.Fix(7, 60));
            }
            catch (InvalidDataException)
            {
                // The one refusal that is promised.
            }
        }
    }
}
