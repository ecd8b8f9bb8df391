using Microsoft.Playwright;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Push.Tests.Hosting;
using Xunit.Abstractions;

namespace TrackingSilo.Push.Tests.Browser;

/// <summary>The page for those who have no mouse, no eyes for it, no JavaScript, or live elsewhere.</summary>
[Collection(BrowserTests.Name)]
public sealed class EverybodyTests(Chromium chromium, ITestOutputHelper output) : IAsyncLifetime
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _site.Engine.Put(Samples.OutForDelivery(s_now, 7));
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task An_instruction_is_given_by_keyboard_and_its_outcome_shown()
    {
        await using var visit = await OpenAsync(Visit.Desktop());
        var keyboard = visit.Page.Keyboard;
        await visit.Page.FocusAsync("body");
        await TabToAsync(visit, "Neighbour");
        await keyboard.PressAsync("Enter");
        await keyboard.TypeAsync("Okafor, second floor");
        await visit.ScreenshotAsync("instruct-1-ask-desktop");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Slot("outcome")).ToHaveTextAsync("Received. The answer appears here in a moment.", new() { Timeout = 20_000 });
        Assert.True(_site.Engine.Commands.TryDequeue(out var command));
        Assert.Equal(new Instruction(InstructionKind.Neighbour, "Okafor, second floor"), command.Command.Instruction);

        _site.Engine.Put(Samples.OutForDelivery(s_now, 6) with { Instruction = new InstructionView(InstructionKind.Neighbour, "Okafor, second floor", true, null) });
        await Assertions.Expect(visit.Slot("outcome")).ToHaveTextAsync("AgreedNeighbour: Okafor, second floor. The driver has been told.", new() { Timeout = 20_000 });
        await visit.ScreenshotAsync("instruct-2-accepted-desktop");
        _site.Engine.Put(Samples.OutForDelivery(s_now, 1) with { Instruction = new InstructionView(InstructionKind.SafePlace, null, false, "tooNear") });
        await Assertions.Expect(visit.Slot("outcome")).ToHaveTextAsync("That is not possibleSafe place. The van is too near to change anything.", new() { Timeout = 20_000 });
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Everything_can_be_reached_by_keyboard_beginning_with_a_way_past_the_rest()
    {
        await using var visit = await OpenAsync(Visit.Phone());
        await Assertions.Expect(visit.Page.Locator(".pin.van")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to your parcel", await FocusedAsync(visit));

        var reached = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            reached.Add(await FocusedAsync(visit));
        }

        foreach (var name in (string[])["Zoom in", "Safe place", "Neighbour", "Every scan", "Deutsch", "Polski"])
            Assert.Contains(name, reached);
    }

    [Fact]
    public async Task Changes_are_announced_politely_and_nothing_at_first()
    {
        await using var visit = await OpenAsync(Visit.Phone());
        await visit.TextAsync("announcer", "");

        _site.Engine.Put(Samples.OutForDelivery(s_now, 6));

        await visit.TextAsync("announcer", "Out for delivery. 6 stops before you");
        Assert.Equal("polite", await visit.Slot("announcer").GetAttributeAsync("aria-live"));
    }

    [Fact]
    public async Task Without_javascript_the_first_view_is_there()
    {
        var options = Visit.Phone("nb-NO");
        options.JavaScriptEnabled = false;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{_site.Url}t/{await _site.IssueAsync(Samples.Registered(s_now))}");

        await visit.TextAsync("status", "Ute for levering");
        await visit.TextAsync("stops", "7 stopp før deg");
        await Assertions.Expect(visit.Page.Locator(".plain")).ToBeVisibleAsync();
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Screenshots, "no-javascript-phone.png"), FullPage = true });
    }

    [Fact]
    public async Task A_van_at_the_door_is_expected_any_moment_and_a_parcel_on_its_way_back_no_more()
    {
        _site.Engine.Put(Samples.OutForDelivery(s_now, 0) with { Arrival = null, VehiclePlace = null });
        await using var visit = await OpenAsync(Visit.Phone());
        await visit.TextAsync("stops", "You are next");
        await visit.TextAsync("countdown", "any moment now");
        await visit.TextAsync("day", "");

        _site.Engine.Put(Samples.InTransit(s_now) with { Status = ShipmentStatus.Returning });
        await visit.TextAsync("status", "Going back");
        await Assertions.Expect(visit.Slot("steps").Locator("strong")).ToHaveTextAsync(["Shipped", "In transit", "Going back"]);
        await visit.ScreenshotAsync("returning-phone");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Times_are_the_visitors_own_and_the_zone_is_named_where_it_differs()
    {
        var arrival = new DateTimeOffset(s_now.UtcDateTime.Date.AddHours(12), TimeSpan.Zero);
        _site.Engine.Put(Samples.OutForDelivery(s_now, 7) with { Arrival = new(arrival.AddMinutes(12), arrival, arrival.AddMinutes(30), 0.9f) });

        await using var abroad = await OpenAsync(Visit.Phone(zone: "Asia/Tokyo"));
        await abroad.TextAsync("window", "21:00–21:30");
        await abroad.TextAsync("zone", "Times in Asia/Tokyo");
        await using var home = await OpenAsync(Visit.Phone());
        await home.TextAsync("zone", "");
    }

    [Theory]
    [InlineData("phone", ColorScheme.Light)]
    [InlineData("desktop", ColorScheme.Dark)]
    public async Task Axe_finds_nothing_on_the_tracking_page(string device, ColorScheme scheme)
    {
        var options = device == "phone" ? Visit.Phone() : Visit.Desktop();
        options.ColorScheme = scheme;
        foreach (var view in (ShipmentView[])[Samples.Registered(s_now), Samples.OutForDelivery(s_now, 7), Samples.Late(s_now), Samples.Delivered(s_now), Samples.InTransit(s_now) with { Status = ShipmentStatus.Lost }])
        {
            _site.Engine.Put(view);
            await using var visit = await OpenAsync(options);
            await visit.Page.Locator("summary").ClickAsync();
            if (view.PossibleInstructions.Length > 0)
                await visit.Page.Locator("[data-kind=neighbour]").ClickAsync();
            await Axe.AssertNothingAsync(visit.Page, output);
        }
    }

    [Theory]
    [InlineData("phone", ColorScheme.Dark)]
    [InlineData("desktop", ColorScheme.Light)]
    public async Task Axe_finds_nothing_on_the_fleet_page(string device, ColorScheme scheme)
    {
        for (var i = 0; i < 30; i++)
            _site.Engine.Put(Samples.Vehicle(i, s_now, silent: i == 3));
        var options = device == "phone" ? Visit.Phone() : Visit.Desktop();
        options.ColorScheme = scheme;
        await using var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{_site.Url}fleet#key={TestSite.OperatorKey}");
        await visit.LiveAsync();
        await Assertions.Expect(visit.Slot("gauges").Locator("dd").First).ToBeVisibleAsync();
        await Axe.AssertNothingAsync(visit.Page, output);
    }

    async Task<Visit> OpenAsync(BrowserNewContextOptions options)
    {
        var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync($"{_site.Url}t/{await _site.IssueAsync(Samples.Registered(s_now))}");
        await visit.LiveAsync();
        return visit;
    }

    static async Task TabToAsync(Visit visit, string name)
    {
        for (var i = 0; i < 30 && await FocusedAsync(visit) != name; i++)
            await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal(name, await FocusedAsync(visit));
    }

    static Task<string> FocusedAsync(Visit visit)
        => visit.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim().slice(0, 40)");
}
