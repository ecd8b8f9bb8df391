using Microsoft.Playwright;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class TrackingPageTests(Chromium chromium) : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    TestSite _site = null!;

    public async Task InitializeAsync() => _site = await TestSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("phone")]
    [InlineData("desktop")]
    public async Task A_parcels_story_shows_without_a_reload(string device)
    {
        _site.Engine.Put(Samples.Registered(s_now));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        await using var visit = await Visit.StartAsync(chromium, device == "phone" ? Visit.Phone() : Visit.Desktop());
        await visit.Page.GotoAsync($"{_site.Url}t/{link}");
        await visit.LiveAsync();
        await visit.Page.EvaluateAsync("() => { window.sameDocument = true; }");

        await visit.TextAsync("status", "Announced");
        await visit.ScreenshotAsync($"story-1-registered-{device}");
        _site.Engine.Put(Samples.InTransit(s_now));
        await visit.TextAsync("status", "On its way");
        await visit.ScreenshotAsync($"story-2-in-transit-{device}");

        _site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        await visit.TextAsync("status", "Out for delivery");
        await visit.TextAsync("stops", "7 stops before you");
        var van = visit.Page.Locator(".pin.van");
        await Assertions.Expect(van).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await visit.ScreenshotAsync($"story-3-out-for-delivery-{device}");
        await visit.AssertFitsAsync();
        var window = await visit.Slot("window").TextContentAsync();
        var place = await van.EvaluateAsync<string>("pin => pin.style.transform");

        _site.Engine.Put(Samples.OutForDelivery(s_now, 1, way: 0.2));
        await visit.TextAsync("stops", "1 stop before you");
        Assert.NotEqual(window, await visit.Slot("window").TextContentAsync());
        Assert.NotEqual(place, await van.EvaluateAsync<string>("pin => pin.style.transform"));
        await visit.ScreenshotAsync($"story-4-near-{device}");
        _site.Engine.Put(Samples.OutForDelivery(s_now, 0, way: 0.05));
        await visit.TextAsync("stops", "You are next");

        _site.Engine.Put(Samples.Delivered(s_now));
        await visit.TextAsync("status", "Delivered");
        await visit.TextAsync("proofs", "Received by K. NordmannSigned forThe driver took a photo");
        await Assertions.Expect(van).ToBeHiddenAsync();
        await visit.ScreenshotAsync($"story-5-delivered-{device}");

        Assert.True(await visit.Page.EvaluateAsync<bool>("() => window.sameDocument"));
        Assert.All(visit.Requests, url => Assert.StartsWith(_site.Url.ToString().Replace("http:", ""), url[url.IndexOf(':')..][1..]));
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData("phone", ColorScheme.Light)]
    [InlineData("desktop", ColorScheme.Dark)]
    public async Task A_merchants_page_wears_its_brand_and_shows_an_area_until_the_van_is_near(string device, ColorScheme scheme)
    {
        var folder = Directory.CreateTempSubdirectory("brands");
        await using var site = await TestSite.StartAsync(settings: ("Push:BrandsFile", Pages.SampleBrands.WriteTo(folder)));
        site.Engine.Put(Samples.OutForDelivery(s_now, 7) with { VehicleWithinMetres = 285 });
        var options = device == "phone" ? Visit.Phone() : Visit.Desktop();
        options.ColorScheme = scheme;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{site.Url}t/{await site.IssueAsync(Samples.Registered(s_now))}");
        await visit.LiveAsync();

        await Assertions.Expect(visit.Page.GetByAltText("Nordlys")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Customer service" })).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator("path.area")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(visit.Slot("seen")).ToContainTextAsync("Somewhere in this area");
        await visit.ScreenshotAsync($"brand-area-{device}");
        var scale = await visit.Page.Locator(".leaflet-control-scale-line").TextContentAsync();

        site.Engine.Put(Samples.OutForDelivery(s_now, 1, way: 0.1));
        await Assertions.Expect(visit.Page.Locator("path.area")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.Locator(".leaflet-control-scale-line")).Not.ToHaveTextAsync(scale!); // the map has come nearer with the van
        await visit.ScreenshotAsync($"brand-near-{device}");
        await visit.AssertFitsAsync();
        visit.AssertQuiet();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("de-DE", "phone", ColorScheme.Dark)]
    [InlineData("pl-PL", "phone", ColorScheme.Light)]
    [InlineData("nb-NO", "desktop", ColorScheme.Dark)]
    [InlineData("en-US", "phone", ColorScheme.Light)]
    public async Task A_late_parcel_says_why_in_the_visitors_language(string locale, string device, ColorScheme scheme)
    {
        _site.Engine.Put(Samples.Late(s_now));
        var link = await _site.IssueAsync(Samples.Registered(s_now));
        var options = device == "phone" ? Visit.Phone(locale) : Visit.Desktop(locale);
        options.ColorScheme = scheme;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{_site.Url}t/{link}");
        await visit.LiveAsync();

        await Assertions.Expect(visit.Slot("notice")).ToBeVisibleAsync();
        Assert.Equal(locale[..2], await visit.Page.Locator("html").GetAttributeAsync("lang"));
        await visit.ScreenshotAsync($"late-{locale}-{device}-{scheme}");
        await visit.AssertFitsAsync();
        visit.AssertQuiet();
    }
}
