using System.CommandLine;
using System.Globalization;
using TrackingSilo.LoadTests.Measuring;
using TrackingSilo.LoadTests.Throughput;

var messages = new Option<int>("--messages") { Description = "Messages in the broker", DefaultValueFactory = _ => 4_000_000 };
var rounds = new Option<int>("--rounds") { Description = "How often floor and pipeline take turns", DefaultValueFactory = _ => 2 };

return await LoadTest.RunAsync(
    "Throughput",
    "From Kafka to actor: what the whole pipeline costs a message (consumers, decoding, engine, checkpoints to SQLite), beside the floor, which only consumes and decodes with the same decoder.",
    args,
    async test =>
    {
        test.Say(
            "The broker is librdkafka's mock cluster in a process of its own. Floor and pipeline take turns on the same log, in one process; each reads it whole, as often as it takes to fill the time of a turn, "
            + "each reading of the pipeline with a fresh engine and an empty store. CPU is that of this process, the client library's threads among it.");
        test.Say("");
        var turns = new Turns(test.Duration(20), test.Value(rounds));
        var small = await MeasureAsync(test, turns, "positions, 5,000 vehicles", 5_000, isMix: false);
        var mix = await MeasureAsync(test, turns, "mix, 5,000 vehicles", 5_000, isMix: true);
        var large = await MeasureAsync(test, turns, "positions, 50,000 vehicles", 50_000, isMix: false);
        test.Table(
            ["case", "messages", "floor µs CPU", "pipeline µs CPU", "ratio (CPU)", "floor a second", "pipeline a second", "ratio (wall)", "checkpoints"],
            [small.Row(), mix.Row(), large.Row()]);
        test.Say($"- ratio {Text(small.Ratio)}, wanted 0.55: {(small.Ratio >= 0.55 ? "reached" : "**missed**")}.");
        test.Say($"- mixRatio {Text(mix.Ratio)}, wanted 0.40: {(mix.Ratio >= 0.4 ? "reached" : "**missed**")}.");
        return new
        {
            floorPerSecond = (long)small.Floor.PerSecond,
            pipelinePerSecond = (long)small.Pipeline.PerSecond,
            floorCpuMicros = Math.Round(small.Floor.CpuMicros, 3),
            pipelineCpuMicros = Math.Round(small.Pipeline.CpuMicros, 3),
            ratio = Math.Round(small.Ratio, 3),
            wallRatio = Math.Round(small.WallRatio, 3),
            mixRatio = Math.Round(mix.Ratio, 3),
            ratio50k = Math.Round(large.Ratio, 3),
            produced = small.Messages,
            accepted = small.Accepted,
            lowWatermark = small.LowWatermark,
        };
    },
    messages, rounds);

async Task<CaseFigures> MeasureAsync(LoadTest test, Turns turns, string name, int vehicles, bool isMix)
    => await test.ProgressAsync(name, progress => new Case(name, vehicles, test.Value(messages), isMix).MeasureAsync(turns, progress));

static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
