using TrackingSilo.Domain.Shipments;
using TrackingSilo.Push.Tests.Hosting;
using TrackingSilo.Push.Tests.SignalR;

namespace TrackingSilo.Push.Tests.Feeds;

public sealed class SlowViewerTests
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_viewer_that_stops_reading_holds_up_nobody_and_comes_back_on_the_newest_version()
    {
        await using var site = await TestSite.StartAsync();
        // Views that fill a socket soon.
        var text = new string('x', 480);
        var view = Samples.InTransit(s_now) with { Timeline = [.. Enumerable.Range(0, 250).Select(n => new ScanView($"s{n}", ScanEvent.Information, s_now, "Oslo", text))] };
        site.Engine.Put(view);
        var link = await site.IssueAsync(view);
        await using var slow = await HubViewer.ConnectAsync(site.Url, receiveBuffer: 8_192);
        await using var quick = await HubViewer.ConnectAsync(site.Url);
        await slow.FollowAsync(link);
        await quick.FollowAsync(link);

        slow.Line!.Pause();
        Engine.Ports.ViewVersion newest;
        do
        {
            // Each time something else than the van's place, so that the whole view goes out.
            newest = site.Engine.Put(view with { Merchant = $"Shop {site.Statistics.ViewsPushed}" });
            await quick.ReadUntilAsync(newest.Number);
            Assert.True(newest.Number < 500, "the slow viewer's socket never filled");
        }
        while (site.Statistics.ViewsConflated < 5);

        slow.Line.Resume();
        var received = await slow.ReadUntilAsync(newest.Number);
        Assert.True(received < newest.Number - 3, $"{received} of {newest.Number} were written to one who did not read");
        Assert.Equal(0, site.Statistics.SlowViewersCut);
    }
}
