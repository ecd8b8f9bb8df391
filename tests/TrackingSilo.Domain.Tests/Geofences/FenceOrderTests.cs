using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Tests.Vehicles;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Geofences;

/// <summary>In whatever order fixes come, within the window, the same events stand.</summary>
public class FenceOrderTests
{
    static readonly GeofenceIndex Town = GeofenceIndex.Build(
    [
        Follower.Block("west", 0, -500, 1_000, 500),
        Follower.Block("centre", 400, -500, 600, 500),
        Follower.Block("yard", 100, -100, 300, 100, GeofenceKind.Depot, new FenceRule { Dwell = TimeSpan.FromSeconds(40) }),
        Follower.Block("zone", 700, -500, 740, 500, GeofenceKind.Restricted),
    ]);

    [Fact]
    public void The_order_of_arrival_makes_no_difference()
        => Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var fixes = Walk(random);
            var inOrder = new Follower(Town).Drive(fixes);
            var shuffled = new Follower(Town).Drive(Shuffled(random, fixes));
            Assert.Equal(inOrder.Standing, shuffled.Standing);
            Assert.Equal(inOrder.Fences.Count, shuffled.Fences.Count);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Restarts_in_between_make_no_difference()
        => Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            // As many fixes in two minutes as survive a restart.
            var fixes = Walk(random, secondsBetween: 6);
            var plain = new Follower(Town).Drive(fixes);
            var restarted = new Follower(Town);
            foreach (var fix in Shuffled(random, fixes))
            {
                restarted.Drive(fix);
                if (random.Next(5) == 0)
                    restarted.WriteAndRead();
            }
            Assert.Equal(plain.Standing, restarted.Standing);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    /// <summary>By time: a van that turns, stops and goes; noise as its fixes' accuracy says; some far outliers; no fix for a while now and then.</summary>
    static List<Fix> Walk(Random random, int secondsBetween = 3)
    {
        var fixes = new List<Fix>();
        var (east, speed, second) = (random.Next(-300, 1_200), random.Next(-15, 16), 0.0);
        for (var i = random.Next(20, 150); i > 0; i--)
        {
            if (random.Next(8) == 0)
                speed = random.Next(3) == 0 ? 0 : random.Next(-15, 16);
            second += secondsBetween + random.Next(3);
            east += (int)(speed * (secondsBetween + 1.0));
            var accuracy = random.Next(6) == 0 ? random.Next(20, 150) : random.Next(4, 20);
            double Noise() => accuracy / 1.5 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var outlier = random.Next(25) == 0 ? random.Next(20_000, 60_000) : 0;
            fixes.Add(Ground.Fix(second, east + Noise() + outlier, Noise(), accuracy));
        }
        return fixes;
    }

    /// <summary>Each comes up to 50 s late, some twice, and sometimes the first to come is an outlier.</summary>
    static IEnumerable<Fix> Shuffled(Random random, List<Fix> fixes)
    {
        var late = random.Next(1, 50);
        var arrivals = fixes.Select(fix => (Fix: fix, At: (fix.At - Ground.Noon).TotalSeconds + (random.NextDouble() * late))).ToList();
        foreach (var (fix, at) in arrivals.ToArray())
        {
            if (random.Next(5) == 0)
                arrivals.Add((fix, at + random.Next(0, 30)));
        }
        var outlier = arrivals.FindIndex(arrival => arrival.Fix.Place.Longitude > Ground.At(10_000, 0).Longitude);
        if (outlier >= 0 && (arrivals[outlier].Fix.At - fixes[0].At).TotalSeconds < 60)
            arrivals[outlier] = (arrivals[outlier].Fix, -1);
        return arrivals.OrderBy(arrival => arrival.At).Select(arrival => arrival.Fix);
    }
}
