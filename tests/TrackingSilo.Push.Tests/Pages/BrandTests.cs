using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TrackingSilo.Push.Pages;
using TrackingSilo.Push.Tests.Hosting;

namespace TrackingSilo.Push.Tests.Pages;

public sealed partial class BrandTests : IDisposable
{
    static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brands");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_merchants_page_has_its_name_logo_colours_and_links_and_no_other_merchants_has_them()
    {
        await using var site = await TestSite.StartAsync(settings: ("Push:BrandsFile", SampleBrands.WriteTo(_folder)));
        site.Engine.Put(Samples.OutForDelivery(s_now, 7));
        var page = await site.Http.GetStringAsync($"/t/{await site.IssueAsync(Samples.Registered(s_now))}?lang=nb");
        site.Engine.Put(Samples.OutForDelivery(s_now, 7) with { Merchant = "Somebody else" });
        var other = await site.Http.GetStringAsync($"/t/{await site.IssueAsync(Samples.Registered(s_now))}");

        Assert.Contains("alt=\"Nordlys\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"https://nordlys.example/hjelp\"", page, StringComparison.Ordinal);
        Assert.Contains(">Kundeservice</a>", page, StringComparison.Ordinal);
        foreach (var file in (string[])[".css", ".svg"])
        {
            var name = FileName().Matches(page).Select(match => match.Value).Single(name => name.EndsWith(file, StringComparison.Ordinal));
            using var response = await site.Http.GetAsync(name);
            Assert.True(response.IsSuccessStatusCode, name);
            Assert.Contains("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("/brands/", other, StringComparison.Ordinal);
        Assert.Contains("Somebody else", other, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#ffffff", "#fffff0")]
    [InlineData("#000000", "#111111")]
    [InlineData("#ffd400", "#ff9900")]
    [InlineData("#777777", null)]
    [InlineData("#e3001b", "#ffc247")]
    [InlineData("#0e4a4b", "#ffc247")]
    public void Whatever_colour_a_brand_has_its_page_can_be_read(string colour, string? accent)
    {
        Assert.True(Colour.TryParse(colour, out var band));
        Assert.True(band.ContrastWith(band.Ink) >= 4.5);
        Assert.True(band.ContrastWith(band.QuietInk) >= 4.5);
        var file = Path.Combine(_folder.FullName, "brands.json");
        File.WriteAllText(file, $$"""{"*":{"name":"X","colour":"{{colour}}","accent":{{(accent is null ? "null" : $"\"{accent}\"")}} } }""");
        var brands = new Brands(Options.Create(new PushOptions { BrandsFile = file }));
        Assert.NotNull(brands.Of("anybody"));
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("""{"A":{"colour":"#112233"}}""", "'A' needs a name")]
    [InlineData("""{"A":{"name":"A"}}""", "'A' needs a colour")]
    [InlineData("""{"A":{"name":"A","colour":"red"}}""", "#rrggbb")]
    [InlineData("""{"A":{"name":"A","colour":"#112233","logo":"../secret.svg"}}""", "beside this one")]
    [InlineData("""{"A":{"name":"A","colour":"#112233","logo":"none.svg"}}""", "none.svg")]
    [InlineData("""{"A":{"name":"A","colour":"#112233","logo":"large.png"}}""", "at most")]
    [InlineData("""{"A":{"name":"A","colour":"#112233","links":[{"text":{"en":"x"},"url":"javascript:alert(1)"}]}}""", "https:")]
    public void A_file_that_will_not_do_is_refused_with_a_sentence(string json, string says)
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "large.png"), new byte[Engine.Limits.BrandLogoMaxBytes + 1]);
        var file = Path.Combine(_folder.FullName, "brands.json");
        File.WriteAllText(file, json);

        var refused = Assert.Throws<InvalidOperationException>(() => new Brands(Options.Create(new PushOptions { BrandsFile = file })));
        Assert.Contains("Push:BrandsFile", refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contrast_is_that_of_the_standard()
    {
        Assert.Equal(21, Colour.White.ContrastWith(Colour.Black), 2);
        Assert.True(Colour.TryParse("#767676", out var grey));
        Assert.Equal("4.54", grey.ContrastWith(Colour.White).ToString("0.00", CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("/brands/[0-9a-f]{16}\\.[a-z]+")]
    private static partial Regex FileName();
}

static class SampleBrands
{
    public static string WriteTo(DirectoryInfo folder)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "nordlys.svg"), """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32"><path d="M4 26V6h4l12 14V6h4v20h-4L8 12v14z" fill="#fff"/><path d="M30 24q12-22 26-14t26-4" stroke="#9be7c4" stroke-width="4" fill="none" stroke-linecap="round"/></svg>""");
        var file = Path.Combine(folder.FullName, "brands.json");
        File.WriteAllText(file, """
            {
              "Nordlys Bøker": {
                "name": "Nordlys", "logo": "nordlys.svg", "colour": "#2a2356", "accent": "#9be7c4",
                "links": [
                  { "text": { "en": "Customer service", "nb": "Kundeservice", "de": "Kundendienst", "pl": "Obsługa klienta" }, "url": "https://nordlys.example/hjelp" },
                  { "text": { "en": "Returns", "nb": "Retur", "de": "Rücksendung", "pl": "Zwroty" }, "url": "https://nordlys.example/retur" }
                ]
              }
            }
            """);
        return file;
    }
}
