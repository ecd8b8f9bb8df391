using TrackingSilo.LoadTests.Engine;
using TrackingSilo.LoadTests.Measuring;

return await LoadTest.RunAsync(
    "Engine",
    "Position reports a CPU-second through the shards of the embedded engine, without Kafka: vehicles drawn at random per report, each on a manifest of 120 stops, 10,000 fences, "
    + "every fifth report in one of them; checkpoints on, into a store that discards them.",
    args,
    async test =>
    {
        test.Say("Vehicles drive, arrive and leave; their stops carry no shipments, so nobody is told (Throughput and Latency measure that). Reports are made beforehand; delivering them is measured.");
        test.Say("");
        var fences = Region.Fences();
        var duration = test.Duration(20);
        var small = await test.ProgressAsync("5,000 vehicles", progress => EngineFigures.MeasureAsync(fences, 5_000, duration, progress));
        var large = await test.ProgressAsync("50,000 vehicles", progress => EngineFigures.MeasureAsync(fences, 50_000, duration, progress));
        test.Table(
            ["vehicles", "reports", "a CPU-second", "a second", "bytes a report", "in a fence", "fences entered", "stops done", "arrivals scored", "checkpoints"],
            [small.Row(5_000), large.Row(50_000)]);
        Say(test, "5,000", small.PerCpuSecond, 1_500_000);
        Say(test, "50,000", large.PerCpuSecond, 900_000);
        return new
        {
            reportsPerCpuSecond = (long)small.PerCpuSecond,
            reportsPerCpuSecond50k = (long)large.PerCpuSecond,
            bytesPerReport = Math.Round(small.BytesPerReport),
            bytesPerReport50k = Math.Round(large.BytesPerReport),
            fenceHitShare = Math.Round(small.FenceHitShare, 3),
        };
    });

static void Say(LoadTest test, string vehicles, double measured, double wanted)
    => test.Say($"- {vehicles} vehicles: {measured:N0} reports a CPU-second, wanted {wanted:N0}: {(measured >= wanted ? "reached" : "**missed**")}.");
