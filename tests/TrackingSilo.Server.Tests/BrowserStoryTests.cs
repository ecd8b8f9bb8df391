using Microsoft.Playwright;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Push.Tests.Browser;
using TrackingSilo.Server.Tests.Hosting;

namespace TrackingSilo.Server.Tests;

/// <summary>One parcel from its announcement to the door, through the log, the engine and the hub, as two people see it: one at a desk, one with a telephone and in Norwegian.</summary>
public sealed class BrowserStoryTests(Chromium chromium) : IAsyncLifetime, IClassFixture<Chromium>
{
    const string Carrier = "decent";
    const string Number = "PARCEL-1";
    const string Van = "V7";
    const int Stops = 9;

    static readonly float s_patience = (float)Patience.Limit.TotalMilliseconds;
    static readonly ShipmentId s_id = ShipmentId.Parse($"{Carrier}/{Number}");

    static readonly Dictionary<string, string> s_norwegian = new()
    {
        ["Announced"] = "Varslet", ["On its way"] = "På vei", ["Out for delivery"] = "Ute for levering", ["6 stops before you"] = "6 stopp før deg",
        ["Connecting again"] = "Kobler til igjen", ["1 stop before you"] = "1 stopp før deg", ["You are next"] = "Du er neste", ["Delivered"] = "Levert",
    };

    // Twenty times as fast as life: its tour of a quarter of an hour takes a minute.
    static readonly ClockSchedule s_clock = new()
    {
        DomainStart = new DateTimeOffset(2026, 3, 17, 10, 0, 0, TimeSpan.FromHours(1)), RealStart = TimeProvider.System.GetUtcNow(), Speed = 20,
    };

    readonly TestFolder _folder = new();
    TestBroker _broker = null!;
    ServerSettings _settings = null!;
    TestServer _server = null!;

    static DateTimeOffset Now => s_clock.ToDomain(TimeProvider.System.GetUtcNow());

    public async Task InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _settings = new ServerSettings(_folder, _broker) { Clock = s_clock };
        _server = await TestServer.StartAsync(_settings);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_parcel_is_seen_from_its_announcement_to_the_door_though_the_server_dies_on_the_way()
    {
        await _broker.WriteAsync(TestBroker.Topics.Shipments, s_id.Value, Message.Registration(Carrier, Number, Now, Drive.PlaceOf(Stops - 1), Now.AddHours(6)), Now);
        var link = await _server.LinkAsync(s_id);
        await using var desk = await OpenAsync(link, Visit.Desktop());
        await using var phone = await OpenAsync(link, Visit.Phone("nb-NO"));
        Visit[] pages = [desk, phone];
        await EachAsync(pages, page => TextAsync(page, "status", "Announced"));
        await PicturesAsync(desk, phone, "1-announced");

        await ScanAsync("e1", "pickedUp");
        await EachAsync(pages, page => TextAsync(page, "status", "On its way"));
        using var over = new CancellationTokenSource();
        var drive = new Drive(_broker, s_clock, Carrier, Van, Now.AddMinutes(1), Stops);
        await GoOutAsync();
        var driving = drive.PlayAsync(over.Token);
        await EachAsync(pages, page => TextAsync(page, "status", "Out for delivery"));
        await EachAsync(pages, page => TextAsync(page, "stops", "6 stops before you"));
        await EachAsync(pages, page => Assertions.Expect(Marker(page)).ToBeVisibleAsync(new() { Timeout = s_patience }));
        var before = await Task.WhenAll(pages.Select(SeenAsync));
        Assert.All(before, seen => Assert.NotEqual("", seen.Window));
        await PicturesAsync(desk, phone, "2-out-for-delivery");

        await _server.KillAsync();
        await EachAsync(pages, async page => await Assertions.Expect(page.Slot("freshText")).ToContainTextAsync(await InTheirsAsync(page, "Connecting again"), new() { Timeout = s_patience }));
        Assert.All(await Task.WhenAll(pages.Select(SeenAsync)), seen => Assert.NotEqual("", seen.Window)); // it keeps what it has
        await PicturesAsync(desk, phone, "3-server-gone");
        await _server.DisposeAsync();
        _server = await TestServer.StartAsync(_settings);
        await EachAsync(pages, page => Assertions.Expect(page.Slot("fresh")).ToHaveAttributeAsync("data-state", "live", new() { Timeout = s_patience }));

        await EachAsync(pages, page => TextAsync(page, "stops", "1 stop before you"));
        var after = await Task.WhenAll(pages.Select(SeenAsync));
        Assert.All(before.Zip(after), pair => Assert.NotEqual(pair.First.Place, pair.Second.Place));
        Assert.All(before.Zip(after), pair => Assert.NotEqual(pair.First.Window, pair.Second.Window));
        await PicturesAsync(desk, phone, "4-near");
        await EachAsync(pages, page => TextAsync(page, "stops", "You are next"));
        await driving;

        await ScanAsync("e3", "delivered", new { name = "K. Nordmann", signature = "s", photo = "p" });
        await EachAsync(pages, page => TextAsync(page, "status", "Delivered"));
        await EachAsync(pages, page => Assertions.Expect(Marker(page)).ToBeHiddenAsync(new() { Timeout = s_patience }));
        await PicturesAsync(desk, phone, "5-delivered");
        await EachAsync(pages, async page => Assert.True(await page.Page.EvaluateAsync<bool>("() => window.sameDocument"), "the page was loaded again"));
        Assert.Empty(_server.Log.Troubles.Concat(_server.Errors.Troubles));
    }

    async Task GoOutAsync()
    {
        // Somebody lives at every door; ours is the last.
        var stops = Enumerable.Range(0, Stops).Select(stop => ($"stop-{stop}", Drive.PlaceOf(stop), new[] { stop == Stops - 1 ? Number : $"OTHER-{stop}" }));
        await _broker.WriteAsync(TestBroker.Topics.Manifests, $"{Carrier}/{Van}", Message.Manifest(Carrier, Van, 1, stops), Now);
        await _broker.WriteAsync(TestBroker.Topics.Scans, s_id.Value, Message.Scan(Carrier, Number, "e2", "outForDelivery", Now, Van), Now);
    }

    Task ScanAsync(string id, string happened, object? proof = null)
        => _broker.WriteAsync(TestBroker.Topics.Scans, s_id.Value, Message.Scan(Carrier, Number, id, happened, Now, proof: proof), Now);

    async Task<Visit> OpenAsync(Uri link, BrowserNewContextOptions options)
    {
        var visit = await Visit.StartAsync(chromium, options);
        await visit.Page.GotoAsync(link.ToString());
        await Assertions.Expect(visit.Slot("fresh")).ToHaveAttributeAsync("data-state", "live", new() { Timeout = s_patience });
        await visit.Page.EvaluateAsync("() => { window.sameDocument = true; }");
        return visit;
    }

    static Task EachAsync(Visit[] pages, Func<Visit, Task> look) => Task.WhenAll(pages.Select(look));

    static async Task TextAsync(Visit page, string slot, string text)
        => await Assertions.Expect(page.Slot(slot)).ToHaveTextAsync(await InTheirsAsync(page, text), new() { Timeout = s_patience });

    static async Task<string> InTheirsAsync(Visit page, string text) => await page.Page.Locator("html").GetAttributeAsync("lang") == "nb" ? s_norwegian[text] : text;

    static ILocator Marker(Visit page) => page.Page.Locator(".pin.van");

    static async Task<(string? Window, string Place)> SeenAsync(Visit page)
        => (await page.Slot("window").TextContentAsync(), await Marker(page).EvaluateAsync<string>("pin => pin.style.transform"));

    static async Task PicturesAsync(Visit desk, Visit phone, string name)
    {
        await desk.ScreenshotAsync($"life-{name}-desktop");
        await phone.ScreenshotAsync($"life-{name}-phone");
        await phone.AssertFitsAsync();
    }
}
