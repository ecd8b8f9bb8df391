using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.Simulation.Tests.Replay;

public sealed class DescriptionReaderTests : ReplayFixture
{
    [Theory]
    [InlineData("name: toy-bus\n", "", 1, "name is missing")]
    [InlineData("carrier: toy", "carrier: Toy Buses!", 2, "carrier: must be")]
    [InlineData("America/Chicago", "America/Gotham", 3, "timeZone: 'America/Gotham' is no IANA time zone")]
    [InlineData("country: US", "country: USA", 5, "two letters")]
    [InlineData("file: fixes.csv", "fil: fixes.csv", 7, "positions.file is missing")]
    [InlineData("    speed: mph", "    speed: furlongs", 24, "positions.units.speed must be one of m/s")]
    [InlineData("    heading: hdg", "    haeding: hdg", 15, "positions.columns.haeding is not known here")]
    [InlineData("uuuuMMdd HH:mm", "\"uuuu'\"", 21, "positions.formats.at")]
    [InlineData("city: Madison", "city: [Madison]", 4, "city must be a text")]
    [InlineData("  columns:", "  columns: none", 9, "")]
    [InlineData("  stop: stop", "  stop: stop\nparcels: {least: 4, most: 2}", 34, "parcels.least must not be greater")]
    [InlineData("  stop: stop", "  stop: stop\nlongestGapMinutes: soon", 34, "longestGapMinutes must be a whole number")]
    [InlineData("  stop: stop", "  stop: stop\n  - oops", 34, "")]
    public void What_is_wrong_is_named_with_file_and_line(string good, string bad, int line, string what)
    {
        Assert.Contains(good, Description);
        var file = Write("bad.yaml", Description.ReplaceFirst(good, bad));

        var wrong = Assert.Throws<ReplayException>(() => DescriptionReader.Read(file));

        Assert.StartsWith($"{file}:{line}: ", wrong.Message);
        Assert.Contains(what, wrong.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b\n")]
    [InlineData("\"\u0001")]
    [InlineData("a: {b: c")]
    [InlineData("&a [*a]")]
    public void What_is_no_mapping_is_refused(string yaml)
        => Assert.StartsWith(Folder, Assert.Throws<ReplayException>(() => DescriptionReader.Read(Write("no.yaml", yaml))).Message);

    [Fact]
    public void A_filter_plays_only_the_rows_it_names()
    {
        Write("fixes.csv", $"{Header}\n1,20250912 10:00,2025-09-12T10:00:10,43,-89.4,1,0,t,N,7,0\n2,20250912 10:00,2025-09-12T10:00:10,43,-89.4,1,0,t,S,7,0\n");
        var noPatterns = Description[..Description.IndexOf("patterns:", StringComparison.Ordinal)];
        foreach (var (filter, vehicle) in new[] { ("in: [S]", "toy/2"), ("notIn: [S]", "toy/1") })
        {
            var description = DescriptionReader.Read(Write("filtered.yaml", noPatterns + $"  filters:\n    - column: rt\n      {filter}\n"));
            var message = Assert.Single(RecordedReplay.Open(Folder, description, 1, null).Messages());
            Assert.Equal(vehicle, message.Key);
        }
    }

    [Fact]
    public void A_column_that_is_not_there_is_named_with_those_that_are()
    {
        Write("ways.json.gz", "{}");
        Write("fixes.csv", "vid,seen,lat,lon\n");
        var wrong = Assert.Throws<ReplayException>(() => RecordedReplay.Open(Folder, DescriptionReader.Read(Write("toy.yaml", Description)), 1, null));
        Assert.Contains("fixes.csv:1: there is no column 'polled'; there are vid, seen, lat, lon", wrong.Message);
    }

    [Fact]
    public void A_time_that_cannot_be_read_is_named_with_its_line()
    {
        var wrong = Assert.Throws<ReplayException>(() => Open("9,20250912 10:00,tomorrow,43,-89.4,1,0,t,N,7,0"));
        Assert.Contains("fixes.csv:2: 'tomorrow' in column polled", wrong.Message);
    }

    [Fact]
    public void The_description_that_fits_a_folder_is_found_by_its_files()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        Write("toy.yaml", Description);
        Assert.Null(DescriptionReader.Find(Path.Combine(Folder, "data"), Folder));
        Write("data/fixes.csv", "");
        Write("data/ways.json.gz", "");
        Assert.Equal("toy-bus", DescriptionReader.Find(Path.Combine(Folder, "data"), Folder)?.Name);
    }

    [Fact]
    public void Every_description_that_comes_with_the_program_is_valid()
        => Assert.NotEmpty(Directory.GetFiles(DescriptionReader.OwnDescriptions, "*.yaml").Select(DescriptionReader.Read));

    [Theory]
    [InlineData("unix-seconds", "1757677239.5", "2025-09-12T11:40:39.5Z")]
    [InlineData("unix-milliseconds", "1757677239500", "2025-09-12T11:40:39.5Z")]
    [InlineData("rfc3339", "2025-09-12T06:40:39.5-05:00", "2025-09-12T11:40:39.5Z")]
    [InlineData("dd.MM.uuuu HH:mm:ss", "12.09.2025 06:40:39", "2025-09-12T11:40:39Z")]
    [InlineData("rfc3339", "yesterday", null)]
    [InlineData("unix-seconds", "NaN", null)]
    [InlineData("unix-milliseconds", "999999999999999999", null)]
    public void Times_come_in_many_forms(string format, string value, string? instant)
    {
        var zone = NodaTime.DateTimeZoneProviders.Tzdb["America/Chicago"];
        Assert.Equal(instant, TimeFormat.TryCreate(format, out _)!.Parse(value, zone)?.ToString("uuuu-MM-dd'T'HH:mm:ss.FFF'Z'", null));
    }
}

file static class Texts
{
    public static string ReplaceFirst(this string text, string what, string with)
    {
        var at = text.IndexOf(what, StringComparison.Ordinal);
        return text[..at] + with + text[(at + what.Length)..];
    }
}
