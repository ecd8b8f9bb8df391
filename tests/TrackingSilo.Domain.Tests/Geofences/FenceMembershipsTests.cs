using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Tests.Vehicles;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Geofences;

public class FenceMembershipsTests
{
    static readonly FenceEdge[] Room = new FenceEdge[FenceMemberships.Capacity];

    static Geofence Block(string id, double west, double south, double east, double north)
    {
        var (low, high) = (Ground.At(west, south), Ground.At(east, north));
        return Geofence.FromArea(id, id, GeofenceKind.District, new GeometryFactory().ToGeometry(new Envelope(low.Longitude, high.Longitude, low.Latitude, high.Latitude)));
    }

    static readonly GeofenceIndex Town = GeofenceIndex.Build([Block("west", 0, -500, 1_000, 500), Block("centre", 400, -500, 600, 500)]);

    static List<string> Drive(FenceMemberships memberships, GeofenceIndex index, IEnumerable<Fix> fixes)
    {
        var told = new List<string>();
        foreach (var fix in fixes)
        {
            var count = memberships.Update(index, fix, Room);
            foreach (var edge in Room.AsSpan(0, count))
                told.Add($"{edge.Kind} {edge.FenceId} {(edge.At - Ground.Noon).TotalSeconds}");
        }
        return told;
    }

    [Fact]
    public void A_drive_through_enters_and_exits_each_fence_once_at_the_first_fix_on_the_new_side()
    {
        var told = Drive(new FenceMemberships(), Town, Enumerable.Range(0, 40).Select(i => Ground.Fix(i * 5, -228 + (i * 50))));
        Assert.Equal(["Entered west 25", "Entered centre 65", "Exited centre 90", "Exited west 130"], told);
    }

    [Fact]
    public void One_fix_inside_is_no_visit()
        => Assert.Empty(Drive(new FenceMemberships(), Town, [Ground.Fix(0, -100), Ground.Fix(5, 20), Ground.Fix(10, -100), Ground.Fix(15, -100)]));

    [Fact]
    public void A_walk_along_a_border_neither_comes_nor_goes_more_than_once()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            double Noise() => 10 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var told = Drive(new FenceMemberships(), Town, Enumerable.Range(0, 400).Select(i => Ground.Fix(i * 5, Noise(), -400 + (i * 2) + Noise(), accuracy: 15)));
            Assert.InRange(told.Count, 0, 2);
        }
    }

    [Fact]
    public void A_poor_fix_is_no_evidence()
        => Assert.Empty(Drive(new FenceMemberships(), Town, [Ground.Fix(0, -100), Ground.Fix(5, 500, accuracy: 200), Ground.Fix(10, 500, accuracy: 300), Ground.Fix(15, -100)]));

    [Fact]
    public void Where_a_vehicle_is_seen_first_is_state_and_leaving_it_an_edge()
    {
        var memberships = new FenceMemberships();
        Assert.Empty(Drive(memberships, Town, [Ground.Fix(0, 100)]));
        Assert.True(memberships.IsIn("west"));
        Assert.Equal(["Exited west 10"], Drive(memberships, Town, [Ground.Fix(5, 50), Ground.Fix(10, -100), Ground.Fix(15, -100)]));
        Assert.Equal(0, memberships.Count);
    }

    [Fact]
    public void A_new_fence_around_a_vehicle_is_state_and_one_that_is_gone_is_left()
    {
        var memberships = new FenceMemberships();
        Drive(memberships, Town, [Ground.Fix(0, 500), Ground.Fix(5, 500)]);
        var later = GeofenceIndex.Build([Block("new", 0, -500, 1_000, 500), Block("centre", 400, -500, 600, 500)]);

        Assert.Equal(["Exited west 10"], Drive(memberships, later, [Ground.Fix(10, 500)]));
        Assert.True(memberships.IsIn("new"));
        Assert.True(memberships.IsIn("centre"));
        Assert.Equal(2, memberships.Count);
    }

    [Fact]
    public void Ordinals_of_another_index_change_nothing()
    {
        var memberships = new FenceMemberships();
        var swapped = GeofenceIndex.Build([Block("centre", 400, -500, 600, 500), Block("west", 0, -500, 1_000, 500)]);
        var indices = new[] { Town, swapped };
        var told = new List<string>();
        for (var i = 0; i < 40; i++)
            told.AddRange(Drive(memberships, indices[i % 2], [Ground.Fix(i * 5, -228 + (i * 50))]));
        Assert.Equal(["Entered west 25", "Entered centre 65", "Exited centre 90", "Exited west 130"], told);
    }

    [Fact]
    public void No_more_than_sixteen_fences_are_followed()
    {
        var many = GeofenceIndex.Build(Enumerable.Range(0, 40).Select(i => Block($"{i:00}", 0, -500, 1_000, 500)));
        var memberships = new FenceMemberships();
        var told = Drive(memberships, many, [Ground.Fix(0, -100), Ground.Fix(5, 100), Ground.Fix(10, 100), Ground.Fix(15, -100), Ground.Fix(20, -100)]);
        Assert.Equal(2 * FenceMemberships.Capacity, told.Count);
        Assert.Equal(0, memberships.Count);
    }

    [Fact]
    public void Written_and_read_again_memberships_go_on_as_if_nothing_had_happened()
    {
        var buffer = new byte[FenceMemberships.PackedMaxBytes];
        var memberships = new FenceMemberships();
        var told = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            memberships = FenceMemberships.Read(buffer.AsSpan(0, memberships.WriteTo(buffer)));
            told.AddRange(Drive(memberships, Town, [Ground.Fix(i * 5, -228 + (i * 50))]));
        }
        Assert.Equal(["Entered west 25", "Entered centre 65", "Exited centre 90", "Exited west 130"], told);
    }

    [Fact]
    public void The_fence_of_the_longest_stay_is_the_one_to_name()
    {
        var memberships = new FenceMemberships();
        Assert.False(memberships.TryGetFirst(Town, out _));
        Drive(memberships, Town, Enumerable.Range(0, 20).Select(i => Ground.Fix(i * 5, -225 + (i * 40))));
        Assert.Equal(2, memberships.Count);
        Assert.True(memberships.TryGetFirst(Town, out var fence));
        Assert.Equal("west", fence.Id);
    }

    [Fact]
    public void An_update_allocates_nothing()
    {
        var memberships = new FenceMemberships();
        var fixes = Enumerable.Range(0, 1_000).Select(i => Ground.Fix(i * 5, -225 + (i * 50 % 1_500))).ToArray();
        foreach (var fix in fixes)
            memberships.Update(Town, fix, Room);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var fix in fixes)
            memberships.Update(Town, fix, Room);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
