using TrackingSilo.Engine.Orleans.Cluster;

namespace TrackingSilo.Engine.Orleans.Tests;

public sealed class PartitionAssignmentTests
{
    [Theory]
    [InlineData(1, 6)]
    [InlineData(3, 6)]
    [InlineData(3, 16)]
    [InlineData(5, 3)]
    public void Every_partition_has_one_reader_and_shares_are_even(int silos, int partitions)
    {
        var readers = PartitionAssignment.Of(Names(silos), partitions);
        Assert.Equal(partitions, readers.Length);
        var loads = readers.CountBy(reader => reader).Select(load => load.Value).ToList();
        Assert.True(loads.Max() <= (partitions + silos - 1) / silos);
    }

    [Fact]
    public void The_order_in_which_silos_are_seen_does_not_matter()
        => Assert.Equal(PartitionAssignment.Of(Names(4), 32), PartitionAssignment.Of([.. Names(4).Reverse()], 32));

    [Fact]
    public void When_a_silo_leaves_most_partitions_of_the_others_stay()
    {
        var before = PartitionAssignment.Of(Names(4), 64);
        var after = PartitionAssignment.Of(Names(3), 64);
        var stayed = before.Zip(after).Count(pair => pair.First != "silo-3" && pair.First == pair.Second);
        Assert.True(stayed >= before.Count(reader => reader != "silo-3") * 3 / 4, $"{stayed} stayed.");
    }

    static string[] Names(int silos) => [.. Enumerable.Range(0, silos).Select(number => $"silo-{number}")];
}
