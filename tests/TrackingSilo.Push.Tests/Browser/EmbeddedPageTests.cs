using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Browser;

/// <summary>A merchant's site that shows the tracking page in a frame, and the links that open nothing, as a browser sees them.</summary>
[Collection(BrowserTests.Name)]
public sealed class EmbeddedPageTests(Chromium chromium)
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task In_a_merchants_frame_the_page_is_alive_where_the_merchant_is_allowed()
    {
        await using var shop = await Shop.OpenAsync();
        await using var site = await TestSite.StartAsync(settings: ("Push:FrameAncestors:0", shop.Origin));
        site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        shop.Framed = $"{site.Url}t/{await site.IssueAsync(Samples.Registered(s_now))}";
        await using var visit = await Visit.StartAsync(chromium, Visit.Desktop());
        await visit.Page.GotoAsync(shop.Origin);

        var frame = visit.Page.FrameLocator("iframe");
        await Assertions.Expect(frame.Locator("[data-slot=fresh]")).ToHaveAttributeAsync("data-state", "live", new() { Timeout = 20_000 });
        await visit.ScreenshotAsync("embedded-desktop");
        site.Engine.Put(Samples.OutForDelivery(s_now, 3));
        await Assertions.Expect(frame.Locator("[data-slot=stops]")).ToHaveTextAsync("3 stops before you", new() { Timeout = 20_000 });
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Nobody_else_may_frame_it()
    {
        await using var shop = await Shop.OpenAsync();
        await using var site = await TestSite.StartAsync(settings: ("Push:FrameAncestors:0", "https://another-shop.example"));
        site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        shop.Framed = $"{site.Url}t/{await site.IssueAsync(Samples.Registered(s_now))}";
        await using var visit = await Visit.StartAsync(chromium, Visit.Desktop());
        var refused = visit.Page.WaitForConsoleMessageAsync(new() { Predicate = message => message.Text.Contains("frame-ancestors", StringComparison.Ordinal) });
        await visit.Page.GotoAsync(shop.Origin);

        await refused;
        await Assertions.Expect(visit.Page.FrameLocator("iframe").Locator("[data-slot=stops]")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("en-GB", "This link does not open anything")]
    [InlineData("de-DE", null)]
    public async Task Expired_forged_and_unknown_links_show_one_and_the_same_page(string locale, string? title)
    {
        await using var site = await TestSite.StartAsync();
        site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        var expired = new TrackingLinks(site.Protection, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(s_now.AddDays(-90))).Issue(Samples.Id, 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        var unknown = site.Links.Issue(ShipmentId.Parse("brisk/NOBODY"), 0, LinkScopes.Look, TimeSpan.FromDays(1)).Text;
        await using var visit = await Visit.StartAsync(chromium, Visit.Phone(locale));
        var pages = new HashSet<string>();
        foreach (var link in (string[])[expired, unknown, "forged", Samples.Id.TrackingNumber])
        {
            var response = await visit.Page.GotoAsync($"{site.Url}t/{link}");
            Assert.Equal((int)HttpStatusCode.NotFound, response!.Status);
            pages.Add(await visit.Page.ContentAsync());
        }
        Assert.Single(pages);
        if (title is not null)
            await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync(title);
        Assert.DoesNotContain(Samples.Id.TrackingNumber, await visit.Page.TitleAsync(), StringComparison.Ordinal);
    }

    /// <summary>The merchant's own page, on another origin.</summary>
    sealed class Shop : IAsyncDisposable
    {
        readonly WebApplication _app;

        Shop(WebApplication app) => _app = app;

        public string Origin => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        public string Framed { get; set; } = "";

        public static async Task<Shop> OpenAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var shop = new Shop(app);
            app.Run(context => context.Request.Path == "/"
                ? context.Response.WriteAsync($"<!doctype html><html lang=en><title>Nordlys</title><link rel=icon href='data:,'><h1>Your order</h1><iframe title='Tracking' width=1100 height=900 src='{shop.Framed}'></iframe></html>")
                : Task.CompletedTask);
            await app.StartAsync();
            return shop;
        }

        public async ValueTask DisposeAsync() => await _app.DisposeAsync();
    }
}
