using System.Text;
using TrackingSilo.Ingestion.Decoding;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class VehicleIdCacheTests
{
    [Fact]
    public void One_vehicle_has_one_key_string()
    {
        var cache = new VehicleIdCache();

        Assert.True(cache.TryResolve("a"u8, "b c"u8, out var first));
        Assert.True(cache.TryResolve("a"u8, "b c"u8, out var second));
        Assert.Equal("a/BC", first);
        Assert.Same(first, second);
    }

    [Fact]
    public void Another_split_of_the_same_letters_is_another_vehicle()
    {
        var cache = new VehicleIdCache();

        Assert.True(cache.TryResolve("a"u8, "b/c"u8, out var key));
        Assert.Equal("a/B/C", key);
        Assert.False(cache.TryResolve("a/b"u8, "c"u8, out _));
        Assert.False(cache.TryResolve("a\0b"u8, "c"u8, out _));
        Assert.False(cache.TryResolve("a"u8, "b\0c"u8, out _));
    }

    [Fact]
    public void Made_up_names_do_not_fill_the_memory()
    {
        var cache = new VehicleIdCache(capacity: 10);
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(cache.TryResolve("a"u8, Encoding.UTF8.GetBytes($"v{i}"), out var key));
            Assert.Equal($"a/V{i}", key);
            Assert.InRange(cache.Count, 1, 10);
        }
    }

    [Fact]
    public void A_spelling_too_long_to_remember_is_resolved_all_the_same()
    {
        var cache = new VehicleIdCache();
        var spaced = Encoding.UTF8.GetBytes("v" + new string(' ', 400) + "1");

        Assert.True(cache.TryResolve("a"u8, spaced, out var key));
        Assert.Equal("a/V1", key);
        Assert.Equal(0, cache.Count);
    }
}
