using Microsoft.Playwright;

namespace TrackingSilo.Push.Tests.Browser;

/// <summary>One Chromium for all browser tests. It is the operating system's: <c>apt-get install chromium</c>.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string s_path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    IPlaywright _playwright = null!;

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>Where screenshots go: beside the test project's sources.</summary>
    public static string Screenshots { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../TestResults"));

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(s_path), $"{s_path} is missing: apt-get install chromium, or set CHROMIUM to another one's path.");
        Directory.CreateDirectory(Screenshots);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = s_path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        await Browser.CloseAsync();
        _playwright.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Chromium>
{
    public const string Name = "browser";
}
