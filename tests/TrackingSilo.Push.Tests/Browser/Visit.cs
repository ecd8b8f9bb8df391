using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace TrackingSilo.Push.Tests.Browser;

/// <summary>One visitor's tab, which keeps account of what a browser complains about.</summary>
public sealed class Visit : IAsyncDisposable
{
    readonly ConcurrentQueue<string> _complaints = [];

    Visit(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"exception: {error}");
        page.Request += (_, request) => Requests.Enqueue(request.Url);
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public ConcurrentQueue<string> Requests { get; } = [];

    public static BrowserNewContextOptions Phone(string locale = "en-GB", string zone = "Europe/Oslo") => new()
    {
        ViewportSize = new ViewportSize { Width = 360, Height = 740 }, DeviceScaleFactor = 2, IsMobile = true, HasTouch = true, Locale = locale, TimezoneId = zone,
    };

    public static BrowserNewContextOptions Desktop(string locale = "en-GB", string zone = "Europe/Oslo") => new()
    {
        ViewportSize = new ViewportSize { Width = 1280, Height = 860 }, Locale = locale, TimezoneId = zone,
    };

    public static async Task<Visit> StartAsync(Chromium chromium, BrowserNewContextOptions options)
    {
        var context = await chromium.Browser.NewContextAsync(options);
        if (options.JavaScriptEnabled != false)
            await context.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))");
        return new Visit(context, await context.NewPageAsync());
    }

    public ILocator Slot(string name) => Page.Locator($"[data-slot={name}]");

    public Task TextAsync(string slot, string text) => Assertions.Expect(Slot(slot)).ToHaveTextAsync(text, new() { Timeout = 20_000 });

    public Task LiveAsync() => Assertions.Expect(Slot("fresh")).ToHaveAttributeAsync("data-state", "live", new() { Timeout = 20_000 });

    public async Task ScreenshotAsync(string name, bool whole = true)
    {
        // Once everything has come to rest: fonts, tiles, transitions.
        await Page.EvaluateAsync("() => Promise.all([document.fonts.ready, ...document.getAnimations().filter(a => a.effect.getTiming().iterations === 1).map(a => a.finished.catch(() => {}))])");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Chromium.Screenshots, name + ".png"), FullPage = whole });
    }

    /// <summary>Nothing has to be moved sideways to be read.</summary>
    public async Task AssertFitsAsync()
        => Assert.Equal(await Page.EvaluateAsync<int>("() => document.documentElement.clientWidth"), await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

    /// <summary>No error, no warning, no breach of the content security policy.</summary>
    public void AssertQuiet() => Assert.Empty(_complaints);

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
