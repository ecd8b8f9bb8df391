using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class HostileInputTests
{
    static readonly string[] Examples =
    [
        """{"carrier":"a","trackingNumber":"1","changedAt":"2026-03-01T12:00:00Z","destination":{"latitude":1,"longitude":2},"recipient":{"contacts":[{"channel":"sms","address":"1"}]}}""",
        """{"eventId":"e","carrier":"a","trackingNumber":"1","code":"delivered","occurredAt":"2026-03-01T12:00:00.5+01:00","location":{"city":"x"},"proof":{"name":"y"}}""",
        """{"carrier":"a","vehicle":"b","version":1,"stops":[{"stopId":"s","latitude":1,"longitude":2,"shipments":["1","c/2"]}]}""",
        """{"carrier":"a","vehicle":"b","at":"2026-03-01T12:00:00Z","latitude":1.5,"longitude":-2e1,"sequence":3}""",
        """{"commandId":"c","carrier":"a","trackingNumber":"1","kind":"instruct","instruction":{"kind":"safePlace","note":"n"}}""",
    ];

    [Fact]
    public void Any_bytes_are_answered()
        => Prop.ForAll<byte[]>(bytes => Decode.All.Values.All(decoder => IsAnswer(decoder.Decode(bytes, 0, Decode.RecordTime)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_damage_to_a_good_message_is_answered()
    {
        var damaged = from example in Gen.Elements(Examples.Select(Encoding.UTF8.GetBytes).ToArray())
                      from cuts in Gen.Choose(0, example.Length).Two()
                      from put in ArbMap.Default.GeneratorFor<byte[]>()
                      let start = Math.Min(cuts.Item1, cuts.Item2)
                      let end = Math.Max(cuts.Item1, cuts.Item2)
                      from keep in Gen.Elements(start, end)
                      select (byte[])[.. example[..start], .. put, .. example[keep..]];

        Prop.ForAll(damaged.ToArbitrary(), bytes => Decode.All.Values.All(decoder => IsAnswer(decoder.Decode(bytes, 0, Decode.RecordTime))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void The_examples_are_good_messages()
        => Assert.All(Decode.All.Keys.Zip(Examples), one => Decode.Accepted(one.First, one.Second));

    [Fact]
    public void Every_file_of_the_JSON_test_suite_is_refused_with_a_reason()
    {
        foreach (var (name, bytes) in HostileInput.JsonFiles)
        {
            foreach (var (topic, decoder) in Decode.All)
            {
                var decoded = decoder.Decode(bytes, 0, Decode.RecordTime);
                Assert.True(decoded.IsRefused, $"{name} as {topic} was accepted");
                Assert.NotEqual("", decoded.Detail);
                if (name.StartsWith("n_", StringComparison.Ordinal))
                    Assert.True(decoded.Reason is RefusalReason.NotJson or RefusalReason.Empty or RefusalReason.TooLarge, $"{name} as {topic}: {decoded.Reason}, {decoded.Detail}");
            }
        }
    }

    [Fact]
    public void What_parses_in_the_JSON_test_suite_is_passed_over_as_an_unknown_property()
    {
        foreach (var (name, bytes) in HostileInput.JsonFiles.Where(file => file.Name.StartsWith("y_", StringComparison.Ordinal)))
        {
            byte[] wrapped = [.. "{\"unknown\":"u8, .. bytes, .. ",\"carrier\":\"a\",\"trackingNumber\":\"1\",\"code\":\"x\",\"occurredAt\":\"2026-03-01T12:00:00Z\"}"u8];
            var decoded = Decode.Bytes("scans", wrapped);
            Assert.False(decoded.IsRefused, $"{name}: {decoded.Reason}, {decoded.Detail}");
        }
    }

    [Fact]
    public void Every_naughty_string_is_text_or_refused_with_a_reason()
    {
        foreach (var naughty in HostileInput.NaughtyStrings)
        {
            var text = JsonSerializer.Serialize(naughty);
            foreach (var property in new[] { "carrier", "trackingNumber", "eventId", "code", "event", "occurredAt", "vehicle", "retracts" })
            {
                var decoded = Decode.Text("scans", Scan(property, text));
                Assert.True(IsAnswer(decoded), $"{property}: {naughty}");
            }
            var scan = Decode.Text("scans", Scan("description", text));
            if (naughty.Length > 500)
                Assert.Equal(RefusalReason.BadValue, scan.Reason);
            else
                Assert.Equal(naughty.Length == 0 ? null : naughty, Assert.IsType<Scan>(scan.Report.Body).Description);
        }
        static string Scan(string property, string text)
            => $$"""{"carrier":"a","trackingNumber":"1","code":"x","occurredAt":"2026-03-01T12:00:00Z","{{property}}":{{text}}}""";
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"{}\"")]
    [InlineData("{} {}")]
    [InlineData("{\"carrier\":\"a\",}")]
    [InlineData("// comment\n{}")]
    [InlineData("\ufeff{}")]
    public void What_is_no_JSON_object_is_not_JSON(string text)
    {
        foreach (var topic in Decode.All.Keys)
        {
            var decoded = Decode.Text(topic, text);
            Assert.True(decoded.IsRefused);
            Assert.Equal(text.Length == 0 ? RefusalReason.Empty : RefusalReason.NotJson, decoded.Reason);
        }
    }

    [Fact]
    public void What_is_not_UTF8_is_not_JSON_even_in_what_is_passed_over()
        => Assert.Equal(RefusalReason.NotJson, Decode.Bytes("scans", [.. "{\"unknown\":\""u8, 0xC3, 0x28, .. "\"}"u8]).Reason);

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused_wherever_it_stands()
    {
        Decode.Refused("scans", """{"\ud800":1}""", RefusalReason.NotJson, "surrogate");
        Decode.Refused("scans", """{"description":"\udc00"}""", RefusalReason.NotJson, "surrogate");
        Decode.Refused("positions", """{"vehicle":"\ud83d"}""", RefusalReason.NotJson, "surrogate");
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        var deep = new string('[', 100_000 / 2);

        Decode.Refused("positions", "{\"x\":" + deep, RefusalReason.NotJson, "nested too deeply");
    }

    static bool IsAnswer(TrackingSilo.Ingestion.Decoding.Decoded decoded) => decoded.IsRefused ? decoded.Detail.Length > 0 : decoded.Report.Key.Contains('/', StringComparison.Ordinal);
}
