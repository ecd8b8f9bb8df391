using Microsoft.Playwright;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class FleetPageTests(Chromium chromium) : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        for (var i = 0; i < 60; i++)
            _site.Engine.Put(Samples.Vehicle(i, s_now.AddSeconds(-i), silent: i is 17 or 41));
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("phone", ColorScheme.Light)]
    [InlineData("desktop", ColorScheme.Light)]
    [InlineData("desktop", ColorScheme.Dark)]
    public async Task Vehicles_move_live_and_silent_ones_stand_first(string device, ColorScheme scheme)
    {
        var options = device == "phone" ? Visit.Phone() : Visit.Desktop();
        options.ColorScheme = scheme;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{_site.Url}fleet#key={TestSite.OperatorKey}");
        await visit.LiveAsync();
        var rows = visit.Slot("rows").Locator("tr");
        await Assertions.Expect(rows).ToHaveCountAsync(60, new() { Timeout = 20_000 });
        Assert.Contains("VAN-041", await rows.Nth(0).TextContentAsync());
        Assert.Contains("VAN-017", await rows.Nth(1).TextContentAsync());
        await Assertions.Expect(visit.Slot("groups").Locator("h3").First).ToBeVisibleAsync();

        _site.Engine.Put(Samples.Vehicle(3, s_now) with { StopsDone = 39 });
        await Assertions.Expect(rows.Filter(new() { HasText = "VAN-003" })).ToContainTextAsync("39/40", new() { Timeout = 20_000 });
        await visit.ScreenshotAsync($"fleet-{device}-{scheme}", whole: device == "phone");
        await visit.AssertFitsAsync();
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_wrong_key_opens_nothing_and_another_can_be_typed()
    {
        await using var visit = await Visit.StartAsync(chromium, Visit.Phone());
        await visit.Page.GotoAsync($"{_site.Url}fleet#key={TestSite.BriskKey}");
        await Assertions.Expect(visit.Slot("keyText")).ToHaveTextAsync("This key does not open the fleet.", new() { Timeout = 20_000 });
        await visit.ScreenshotAsync("fleet-key-phone");

        await visit.Page.GetByLabel("Operator's API key").FillAsync(TestSite.OperatorKey);
        await visit.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(visit.Slot("rows").Locator("tr")).ToHaveCountAsync(60, new() { Timeout = 20_000 });
        visit.AssertQuiet();
    }
}
