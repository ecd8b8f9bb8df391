using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Tests.Hosting;
using TrackingSilo.Push.Tests.SignalR;

namespace TrackingSilo.Push.Tests.Feeds;

public sealed class FollowTests : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    TestSite _site = null!;

    public async Task InitializeAsync() => _site = await TestSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_follower_gets_the_view_and_then_each_change()
    {
        var version = _site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);

        var answer = await viewer.FollowAsync(link);

        Assert.Equal("view", answer.GetProperty("result").GetString());
        var view = answer.GetProperty("view");
        Assert.Equal("outForDelivery", view.GetProperty("status").GetString());
        Assert.Equal(7, view.GetProperty("stopsAway").GetInt32());
        Assert.Equal(version.Number, view.GetProperty("version").GetProperty("number").GetInt64());
        Assert.Equal(1, view.GetProperty("speed").GetDouble());
        Assert.True(view.GetProperty("now").GetDateTimeOffset() >= s_now);
        Assert.False(view.TryGetProperty("asOf", out _));

        _site.Engine.Put(Samples.OutForDelivery(s_now, 6));
        Assert.Equal(6, (await viewer.NextAsync()).GetProperty("stopsAway").GetInt32());
        _site.Engine.Put(Samples.Delivered(s_now));
        Assert.Equal("delivered", (await viewer.NextAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Who_has_the_newest_is_told_so_and_gets_what_comes_next()
    {
        var version = _site.Engine.Put(Samples.InTransit(s_now));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);

        Assert.Equal("nothingNewer", (await viewer.FollowAsync(link, version)).GetProperty("result").GetString());

        _site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        Assert.Equal(9, (await viewer.NextAsync()).GetProperty("stopsAway").GetInt32());
    }

    [Fact]
    public async Task A_cut_viewer_comes_back_on_the_newest_version()
    {
        var seen = _site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using (var first = await HubViewer.ConnectAsync(_site.Url))
        {
            await first.FollowAsync(link);
            first.Line!.Abort();
            await first.Closed;
        }
        _site.Engine.Put(Samples.OutForDelivery(s_now, 8));
        var newest = _site.Engine.Put(Samples.OutForDelivery(s_now, 7));

        await using var again = await HubViewer.ConnectAsync(_site.Url);
        var view = (await again.FollowAsync(link, seen)).GetProperty("view");

        Assert.Equal(newest.Number, view.GetProperty("version").GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task Another_run_is_taken_whatever_its_number()
    {
        for (var stops = 9; stops > 4; stops--)
            _site.Engine.Put(Samples.OutForDelivery(s_now, stops));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);
        await viewer.FollowAsync(link);

        _site.Engine.Run++;
        _site.Engine.Put(Samples.OutForDelivery(s_now, 3));

        var version = (await viewer.NextAsync()).GetProperty("version");
        Assert.Equal((2, 1), (version.GetProperty("run").GetInt64(), version.GetProperty("number").GetInt64()));
    }

    [Fact]
    public async Task Changes_during_the_answer_never_make_it_go_back()
    {
        _site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);
        await viewer.FollowAsync(link);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Engine.BeforeAnswer = () =>
        {
            asked.TrySetResult();
            return answer.Task;
        };

        var following = viewer.FollowAsync(link);
        await asked.Task;
        var newest = _site.Engine.Put(Samples.OutForDelivery(s_now, 8));
        answer.SetResult();
        _site.Engine.BeforeAnswer = null;

        var given = (await following).GetProperty("view").GetProperty("version").GetProperty("number").GetInt64();
        Assert.Equal(newest.Number, given);
        _site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        Assert.Equal(newest.Number + 1, (await viewer.NextAsync()).GetProperty("version").GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task Revocation_ends_open_followers_and_the_link()
    {
        _site.Engine.Put(Samples.InTransit(s_now));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);
        await viewer.FollowAsync(link);

        _site.Engine.RevokeLinks(Samples.Id);

        await viewer.Gone.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("gone", (await viewer.FollowAsync(link)).GetProperty("result").GetString());
        var anew = await _site.IssueAsync(Samples.Registered(s_now));
        Assert.Equal("view", (await viewer.FollowAsync(anew)).GetProperty("result").GetString());
    }

    [Fact]
    public async Task Forged_unknown_and_revoked_links_are_answered_alike()
    {
        _site.Engine.Put(Samples.InTransit(s_now));
        var revoked = await _site.IssueAsync(Samples.Registered(s_now));
        var unknown = _site.Links.Issue(Domain.Shipments.ShipmentId.Parse("brisk/NOBODY"), 0, Push.Links.LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        _site.Engine.RevokeLinks(Samples.Id);
        await using var viewer = await HubViewer.ConnectAsync(_site.Url);

        string[] links = ["", "x", Samples.Id.Value, revoked[..^3] + "AAA", revoked, unknown];
        foreach (var link in links)
            Assert.Equal("""{"result":"gone"}""", (await viewer.FollowAsync(link)).GetRawText());
    }

    [Fact]
    public async Task One_version_is_made_into_json_once_for_all_viewers()
    {
        _site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        var viewers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => HubViewer.ConnectAsync(_site.Url)));
        foreach (var viewer in viewers)
            await viewer.FollowAsync(link);
        Assert.Equal(1, _site.Statistics.ViewsSerialised);

        var newest = _site.Engine.Put(Samples.OutForDelivery(s_now, 8));
        foreach (var viewer in viewers)
            await viewer.ReadUntilAsync(newest.Number);

        Assert.Equal(2, _site.Statistics.ViewsSerialised);
        Assert.Equal(40, _site.Statistics.ViewsPushed);
        foreach (var viewer in viewers)
            await viewer.DisposeAsync();
    }
}
