using Microsoft.Playwright;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ScorecardPageTests(Chromium chromium) : IAsyncLifetime
{
    TestSite _site = null!;

    public async Task InitializeAsync() => _site = await TestSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("phone", ColorScheme.Light)]
    [InlineData("desktop", ColorScheme.Dark)]
    public async Task Each_carrier_has_its_card(string device, ColorScheme scheme)
    {
        var options = device == "phone" ? Visit.Phone() : Visit.Desktop();
        options.ColorScheme = scheme;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.RouteAsync("**/v1/scorecards", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """
                {"asOf":"2026-03-01T12:00:00Z","carriers":[
                 {"carrier":"brisk","shipments":1200,"delivered":1000,"promised":800,"onTime":776,"attempts":1090,"firstAttempt":910,"misplaced":3,"late":12,"stalled":4,"scans":9000,"unrecognised":17,"scanDelaySeconds":95.1},
                 {"carrier":"a-carrier-with-a-rather-long-name","shipments":1,"delivered":0,"promised":0,"onTime":0,"attempts":0,"firstAttempt":0,"misplaced":0,"late":0,"stalled":0,"scans":1,"unrecognised":0}]}
                """,
        }));
        await visit.Page.GotoAsync($"{_site.Url}scorecard#key={TestSite.OperatorKey}");

        var cards = visit.Slot("carriers").Locator("article");
        await Assertions.Expect(cards).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(cards.Nth(0)).ToContainTextAsync("97% of 800");
        await Assertions.Expect(cards.Nth(0)).ToContainTextAsync("91% of 1,000");
        await Assertions.Expect(cards.Nth(0)).ToContainTextAsync("2 min");
        await visit.ScreenshotAsync($"scorecard-{device}-{scheme}", whole: true);
        await visit.AssertFitsAsync();
        visit.AssertQuiet();
    }

    [Fact]
    public async Task A_wrong_key_opens_nothing()
    {
        await using var visit = await Visit.StartAsync(chromium, Visit.Phone());
        await visit.Page.RouteAsync("**/v1/scorecards", route => route.FulfillAsync(new() { Status = 401 }));
        await visit.Page.GotoAsync($"{_site.Url}scorecard#key=wrong");
        await Assertions.Expect(visit.Slot("keyText")).ToContainTextAsync("does not open", new() { Timeout = 20_000 });
        await Assertions.Expect(visit.Slot("carriers")).ToBeHiddenAsync();
    }
}
