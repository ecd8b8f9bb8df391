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
            _site.Engine.Put(Samples.Vehicle(i, s_now.AddSeconds(-i), silent: i is 17 or 41) with { LateSeconds = i == 23 ? 1_500 : i * 5 });
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
        Assert.Contains("VAN-02325 min late", string.Concat((await rows.Nth(2).TextContentAsync())!.Where(c => c != ' ')).Replace("minlate", " min late", StringComparison.Ordinal));
        await Assertions.Expect(visit.Slot("gauges").Locator("dd").First).ToBeVisibleAsync();
        await Assertions.Expect(visit.Slot("fences").Locator("button").First).ToContainTextAsync("Oslo hub 12");

        _site.Engine.Put(Samples.Vehicle(3, s_now) with { StopsDone = 39 });
        await Assertions.Expect(rows.Filter(new() { HasText = "VAN-003" })).ToContainTextAsync("39/40", new() { Timeout = 20_000 });
        await visit.ScreenshotAsync($"fleet-{device}-{scheme}", whole: device == "phone");
        await visit.AssertFitsAsync();
        visit.AssertQuiet();
    }

    [Theory]
    [InlineData("desktop", ColorScheme.Light)]
    [InlineData("phone", ColorScheme.Dark)]
    public async Task A_vehicles_tour_shows_its_stops_as_planned_and_as_they_went(string device, ColorScheme scheme)
    {
        var route = Samples.Route(23, s_now);
        _site.Engine.Routes[route.Id] = route;
        var options = device == "phone" ? Visit.Phone() : Visit.Desktop();
        options.ColorScheme = scheme;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{_site.Url}fleet#key={TestSite.OperatorKey}");
        await visit.LiveAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "VAN-023" }).ClickAsync(new() { Timeout = 20_000 });

        var stops = visit.Slot("tourStops").Locator("li");
        await Assertions.Expect(stops).ToHaveCountAsync(12);
        await Assertions.Expect(visit.Slot("tourText")).ToContainTextAsync("4 of 12 stops done; 16 shipments expected over ten minutes late");
        await Assertions.Expect(stops.Nth(4)).ToContainTextAsync("+");
        await visit.ScreenshotAsync($"fleet-tour-{device}", whole: device == "phone");
        await visit.AssertFitsAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(visit.Slot("tour")).ToBeHiddenAsync();
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Only_what_is_in_view_is_sent_and_a_search_finds_the_others()
    {
        for (var i = 100; i < 140; i++)
            _site.Engine.Put(Samples.Vehicle(i, s_now, north: 5));
        await using var visit = await Visit.StartAsync(chromium, Visit.Desktop());
        await visit.Page.GotoAsync($"{_site.Url}fleet#key={TestSite.OperatorKey}");
        await visit.LiveAsync();
        var rows = visit.Slot("rows").Locator("tr");
        await Assertions.Expect(rows).ToHaveCountAsync(100, new() { Timeout = 20_000 });

        // Down to the silent one: the forty in the north are out of the picture, and so are most of the others.
        await rows.First.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(rows.Filter(new() { HasText = "VAN-120" })).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Assertions.Expect(visit.Slot("sums")).ToContainTextAsync("100");
        await visit.Page.GetByLabel("Find a vehicle").FillAsync("van-12");
        await Assertions.Expect(rows).ToHaveCountAsync(10, new() { Timeout = 20_000 });
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
