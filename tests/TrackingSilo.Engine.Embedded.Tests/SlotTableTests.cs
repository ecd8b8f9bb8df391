namespace TrackingSilo.Engine.Embedded.Tests;

public sealed class SlotTableTests
{
    [Fact]
    public void It_finds_what_a_dictionary_finds_whatever_came_and_went()
    {
        var random = new Random(7);
        var table = new SlotTable<object>();
        var truth = new Dictionary<string, Slot<object>>();
        for (var step = 0; step < 50_000; step++)
        {
            var key = $"carrier/V{random.Next(2_000)}";
            if (truth.Remove(key, out var known))
            {
                table.Remove(known);
                continue;
            }
            truth[key] = new Slot<object>(key, new object());
            table.Add(truth[key]);
        }

        Assert.Equal(truth.Count, table.Count);
        Assert.Equal(truth.Values.ToHashSet(), table.All.ToHashSet());
        for (var i = 0; i < 2_000; i++)
        {
            var key = $"carrier/V{i}";
            Assert.Same(truth.GetValueOrDefault(key), table.Find(key, KeyHash.Of(key)));
        }
    }

    [Fact]
    public void Removing_what_is_not_there_changes_nothing()
    {
        var table = new SlotTable<object>();
        table.Add(new Slot<object>("carrier/V1", new object()));

        table.Remove(new Slot<object>("carrier/V1", new object()));
        table.Remove(new Slot<object>("carrier/V2", new object()));

        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Keys_of_every_length_have_hashes_that_spread()
    {
        var keys = Enumerable.Range(1, 64).SelectMany(length => Enumerable.Range(0, 256).Select(i => new string('A', length - 1) + (char)('!' + (i % 90)) + i)).Distinct().ToList();

        var hashes = keys.Select(KeyHash.Of).ToList();

        Assert.True(hashes.Distinct().Count() > keys.Count * 0.999);
        var halves = hashes.Count(hash => hash >= 0x8000_0000);
        Assert.InRange(halves, keys.Count * 0.45, keys.Count * 0.55);
        Assert.All(Enumerable.Range(0, 64), low => Assert.Contains(hashes, hash => hash % 64 == low));
    }
}
