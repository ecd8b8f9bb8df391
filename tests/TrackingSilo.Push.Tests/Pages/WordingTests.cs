using System.Text.RegularExpressions;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Push.Pages;

namespace TrackingSilo.Push.Tests.Pages;

public sealed partial class WordingTests
{
    static readonly Assets s_assets = new();
    static readonly Language[] s_languages = [.. new Languages(s_assets).All];
    static readonly Language s_english = s_languages.Single(language => language.Tag == "en");

    [Fact]
    public void All_languages_say_the_same_things()
    {
        Assert.Equal(["de", "en", "nb", "pl"], s_languages.Select(language => language.Tag));
        foreach (var language in s_languages)
            Assert.Equal(Subjects(s_english), Subjects(language));
    }

    [Fact]
    public void No_text_is_empty_and_each_has_the_placeholders_of_its_original()
    {
        foreach (var language in s_languages)
        {
            foreach (var key in language.Keys)
            {
                Assert.False(string.IsNullOrWhiteSpace(language[key]), $"{language.Tag}: {key}");
                if (s_english.Find(key) is { } original && !key.EndsWith(".one", StringComparison.Ordinal))
                    Assert.True(Placeholders(original).SetEquals(Placeholders(language[key])), $"{language.Tag}: {key}");
            }
        }
    }

    [Fact]
    public void Every_number_has_its_form()
    {
        foreach (var language in s_languages)
        {
            string[] categories = language.Tag == "pl" ? ["one", "few", "many", "other"] : ["one", "other"];
            foreach (var subject in (string[])["stops", "countdown.minutes"])
                Assert.All(categories, category => Assert.NotNull(language.Find($"{subject}.{category}")));
        }
    }

    [Fact]
    public void Every_value_on_the_wire_has_a_word()
    {
        AssertWords<ShipmentStatus>("status.{0}");
        AssertWords<ShipmentStatus>("status.{0}.text");
        AssertWords<ScanEvent>("scan.{0}");
        AssertWords<InstructionKind>("instruct.{0}.ask");
        AssertWords("reason.{0}", Responsibility.None);
        AssertWords("why.{0}", Reason.None);
        AssertWords("late.{0}.todo", Punctuality.Unknown, Punctuality.OnTime);
        foreach (var reason in (string[])["over", "tooNear", "signatureRequired", "alreadyOnTheWay", "atPickupPoint", "notOffered", "nothingToWaive", "alreadyRequired"])
            Assert.NotNull(s_english.Find($"refused.{reason}"));
    }

    [Theory]
    [InlineData("pl", 1, "one")]
    [InlineData("pl", 2, "few")]
    [InlineData("pl", 5, "many")]
    [InlineData("pl", 12, "many")]
    [InlineData("pl", 22, "few")]
    [InlineData("pl", 112, "many")]
    [InlineData("de", 2, "other")]
    [InlineData("nb", 0, "other")]
    public void Plurals_follow_the_language(string tag, int n, string category) => Assert.Equal(category, Language.PluralCategory(tag, n));

    [Fact]
    public void Before_the_map_a_page_is_under_150_kilobytes()
    {
        var files = s_assets.In("").Where(path => path is "base.css" or "icon.svg" || path.StartsWith("track/", StringComparison.Ordinal)
            || path.StartsWith("lib/signalr", StringComparison.Ordinal) || path.EndsWith(".woff2", StringComparison.Ordinal));
        Assert.InRange(files.Sum(s_assets.CompressedLength), 20_000, 130_000);
    }

    static void AssertWords<T>(string key, params T[] except)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>().Except(except))
            Assert.NotNull(s_english.Find(string.Format(null, key, ViewWording.Name(value))));
    }

    // Without the forms that differ by number.
    static SortedSet<string> Subjects(Language language)
        => [.. language.Keys.Select(key => PluralForm().Replace(key, ".*"))];

    static HashSet<string> Placeholders(string text) => [.. Placeholder().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\.(one|few|many|other)$")]
    private static partial Regex PluralForm();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
