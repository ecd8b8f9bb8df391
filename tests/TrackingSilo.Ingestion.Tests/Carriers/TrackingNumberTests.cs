using System.Text.Json.Nodes;
using TrackingSilo.Ingestion.Carriers;

namespace TrackingSilo.Ingestion.Tests.Carriers;

public sealed class TrackingNumberTests
{
    static readonly CarrierFiles s_carriers = CarrierFiles.Load(CarrierFiles.DefaultFolder);

    /// <summary>Whose a courier of the data is with us; the others bear the same name.</summary>
    static readonly Dictionary<string, string[]> s_ours = new(StringComparer.Ordinal)
    {
        ["canada_post"] = ["canadapost"], ["canpar"] = ["canpar"], ["dhl"] = ["dhl-express", "dhl-ecommerce"], ["old_dominion"] = ["old-dominion"],
    };

    [Fact]
    public void All_valid_numbers_are_recognised_and_no_invalid_one_is()
    {
        if (SharedData.Find("tracking-number-data") is not { } folder)
            return;
        var (valid, invalid) = (0, 0);
        var wrong = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "couriers"), "*.json"))
        {
            var courier = JsonNode.Parse(File.ReadAllText(path))!;
            var code = (string)courier["courier_code"]!;
            var ours = s_ours.GetValueOrDefault(code, [code]);
            foreach (var format in courier["tracking_numbers"]!.AsArray())
            {
                // The format that a valid number of this kind fits best is the one of all its valid numbers.
                var good = Texts(format!, "valid");
                var names = good.Select(number => Candidates(number, ours)).Aggregate((a, b) => a.Intersect(b)).ToArray();
                if (names.Length == 0)
                    wrong.Add($"{code}: no form fits all of {string.Join(", ", good)}");
                valid += good.Length;
                foreach (var number in Texts(format!, "invalid"))
                {
                    invalid++;
                    if (Candidates(number, ours).Intersect(names).Any())
                        wrong.Add($"{code}: '{number}' is taken for {string.Join(", ", Candidates(number, ours).Intersect(names))}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal((192, 88), (valid, invalid));
    }

    [Theory]
    [InlineData("1Z5R89390357567127", "ups")]
    [InlineData("1z5r 8939 0357 5671 27", "ups")]
    [InlineData("RB123456785GB", "s10")]
    public void A_number_is_recognised_whatever_its_blanks_and_case(string number, string carrier)
        => Assert.Contains(s_carriers.Recognise(number), candidate => candidate.Carrier == carrier);

    [Fact]
    public void An_ambiguous_number_has_several_candidates()
        => Assert.Equal(["dhl-express", "fedex"], s_carriers.Recognise("986578788855").Concat(s_carriers.Recognise("3318810025")).Select(one => one.Carrier).Distinct().Order().Where(one => one is "fedex" or "dhl-express"));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("1Z5R89390357567128")]
    [InlineData("RB123456785XX")]
    [InlineData("\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660")] // digits, but not ASCII
    public void What_is_no_number_has_no_candidate(string number) => Assert.Empty(s_carriers.Recognise(number));

    [Fact]
    public void A_very_long_text_is_no_number() => Assert.Empty(s_carriers.Recognise(new string('1', 100_000)));

    static string[] Texts(JsonNode format, string kind) => [.. format["test_numbers"]![kind]!.AsArray().Select(number => (string)number!)];

    static IEnumerable<string> Candidates(string number, string[] ours)
        => s_carriers.Recognise(number).Where(candidate => ours.Contains(candidate.Carrier)).Select(candidate => candidate.Format);
}
