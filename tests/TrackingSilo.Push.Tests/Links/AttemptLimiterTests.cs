using System.Net;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Push.Links;

namespace TrackingSilo.Push.Tests.Links;

public sealed class AttemptLimiterTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void An_address_has_its_allowance_each_minute_and_others_have_theirs()
    {
        var limiter = new AttemptLimiter(3, 65_536, _time);
        var (one, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => limiter.TryCount(one)));
        Assert.True(limiter.TryCount(other));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(limiter.TryCount(one));
    }

    [Fact]
    public void A_network_of_ipv6_counts_as_one_and_mapped_ipv4_as_ipv4()
    {
        var limiter = new AttemptLimiter(1, 65_536, _time);

        Assert.True(limiter.TryCount(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.False(limiter.TryCount(IPAddress.Parse("2001:db8:1:2:ffff::2")));
        Assert.True(limiter.TryCount(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.True(limiter.TryCount(IPAddress.Parse("192.0.2.1")));
        Assert.False(limiter.TryCount(IPAddress.Parse("::ffff:192.0.2.1")));
    }
}
