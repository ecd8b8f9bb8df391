using Microsoft.Playwright;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class BrokenConnectionTests(Chromium chromium) : IDisposable
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("keys");

    public void Dispose() => _keys.Delete(recursive: true);

    [Fact]
    public async Task A_restarted_server_is_found_again_and_the_page_is_on_its_newest_version()
    {
        var engine = new TestEngine(TimeProvider.System);
        var site = await StartAsync(engine, port: 0);
        var url = site.Url;
        engine.Put(Samples.OutForDelivery(s_now, 9));
        await using var visit = await OpenAsync(site);
        await visit.TextAsync("stops", "9 stops before you");

        await site.DisposeAsync();
        await Assertions.Expect(visit.Slot("freshText")).ToContainTextAsync("Connecting again. As of", new() { Timeout = 20_000 });
        Assert.Equal("9 stops before you", await visit.Slot("stops").TextContentAsync());
        await visit.ScreenshotAsync("reconnecting-phone", whole: false);
        engine.Restart();
        engine.Put(Samples.OutForDelivery(s_now, 4));
        await using var again = await StartAsync(engine, url.Port);

        await visit.TextAsync("stops", "4 stops before you");
        await visit.LiveAsync();
        engine.Put(Samples.OutForDelivery(s_now, 3));
        await visit.TextAsync("stops", "3 stops before you");
    }

    [Fact]
    public async Task Without_a_network_it_says_as_of_and_then_catches_up()
    {
        await using var site = await StartAsync(new TestEngine(TimeProvider.System), port: 0);
        site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        await using var visit = await OpenAsync(site);

        await visit.Context.SetOfflineAsync(true);
        await Assertions.Expect(visit.Slot("freshText")).ToContainTextAsync("No connection. As of", new() { Timeout = 20_000 });
        site.Engine.Put(Samples.OutForDelivery(s_now, 2));
        await visit.Context.SetOfflineAsync(false);

        await visit.TextAsync("stops", "2 stops before you");
        await visit.LiveAsync();
    }

    [Theory]
    [InlineData(30)]
    [InlineData(180)]
    public async Task A_network_that_is_away_for_long_leaves_what_was_known_and_its_time_and_then_the_newest(int seconds)
    {
        if (Environment.GetEnvironmentVariable("TRACKINGSILO_LONG") != "1")
            return; // the same in short stands above
        await using var site = await StartAsync(new TestEngine(TimeProvider.System), port: 0);
        site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        await using var visit = await OpenAsync(site);
        var window = await visit.Slot("window").TextContentAsync();

        await visit.Context.SetOfflineAsync(true);
        await Assertions.Expect(visit.Slot("freshText")).ToContainTextAsync("No connection. As of", new() { Timeout = 20_000 });
        var since = await visit.Slot("freshText").TextContentAsync();
        for (var stops = 8; stops > 1; stops--)
            site.Engine.Put(Samples.OutForDelivery(s_now, stops));
        await Task.Delay(TimeSpan.FromSeconds(seconds)); // what is tested is that so much time has passed
        Assert.Equal((since, window, "9 stops before you"), (await visit.Slot("freshText").TextContentAsync(), await visit.Slot("window").TextContentAsync(), await visit.Slot("stops").TextContentAsync()));
        await visit.ScreenshotAsync($"offline-{seconds}s-phone", whole: false);
        await visit.Context.SetOfflineAsync(false);

        await visit.TextAsync("stops", "2 stops before you");
        await visit.LiveAsync();
        site.Engine.Put(Samples.Delivered(s_now));
        await visit.TextAsync("status", "Delivered");
    }

    [Fact]
    public async Task Where_the_hub_cannot_be_reached_it_polls()
    {
        await using var site = await StartAsync(new TestEngine(TimeProvider.System), port: 0);
        site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        var link = await site.IssueAsync(Samples.Registered(s_now));
        await using var visit = await Visit.StartAsync(chromium, Visit.Phone());
        await visit.Page.RouteWebSocketAsync("**/hub", socket => socket.CloseAsync());
        await visit.Page.GotoAsync($"{site.Url}t/{link}");

        await visit.TextAsync("freshText", "Checking every few seconds");
        site.Engine.Put(Samples.OutForDelivery(s_now, 5));
        await visit.TextAsync("stops", "5 stops before you");
    }

    [Fact]
    public async Task A_revoked_link_closes_the_page()
    {
        await using var site = await StartAsync(new TestEngine(TimeProvider.System), port: 0);
        site.Engine.Put(Samples.OutForDelivery(s_now, 9));
        await using var visit = await OpenAsync(site);

        site.Engine.RevokeLinks(Samples.Id);

        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("This link does not open anything", new() { Timeout = 20_000 });
        await visit.ScreenshotAsync("gone-phone", whole: false);
    }

    Task<TestSite> StartAsync(TestEngine engine, int port) => TestSite.StartAsync(engine, port: port, settings: ("Push:KeysFolder", _keys.FullName));

    async Task<Visit> OpenAsync(TestSite site)
    {
        var link = await site.IssueAsync(Samples.Registered(s_now));
        var visit = await Visit.StartAsync(chromium, Visit.Phone());
        await visit.Page.GotoAsync($"{site.Url}t/{link}");
        await visit.LiveAsync();
        return visit;
    }
}
