using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Tests.Consumers;

public class CatchUpTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task In_catch_up_no_record_is_delivered_far_ahead_of_another_that_waits()
    {
        await using var log = await Log.StartAsync();
        var end = Noon.AddMinutes(30);
        // A busy partition, a quiet one, and manifests few and far between.
        await log.WriteAsync(Log.Topics.Positions, 0, Every(0.5, (at, i) => ("a/V0", Log.Position("v0", at, i), at)));
        await log.WriteAsync(Log.Topics.Positions, 1, Every(20, (at, i) => ("a/V1", Log.Position("v1", at, i), at)));
        await log.WriteAsync(Log.Topics.Manifests, 0, Every(45, (at, i) => ("a/V0", Log.Manifest("v0", i), at)));
        await log.WriteAsync(Log.Topics.Scans, 1, Every(7, (at, i) => ("a/1", Log.Scan("1", $"e{i}", at), at)));
        var engine = new RecordingEngine();
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await engine.Until(e => e.Inputs is [.., InputState.Live], "live");

        var deliveries = engine.Deliveries;
        Assert.Equal(3_600 + 90 + 40 + 258, deliveries.Length);
        var next = deliveries.GroupBy(delivery => delivery.Partition).ToDictionary(group => group.Key, group => new Queue<DateTimeOffset>(group.Select(delivery => delivery.Report.RecordTime)));
        foreach (var delivery in deliveries)
        {
            // What each other partition still has to deliver, as of now: its next record is not older by more than the spread.
            var oldest = next.Values.Where(queue => queue.Count > 0).Min(queue => queue.Peek());
            Assert.True(delivery.Report.RecordTime - oldest <= Limits.CatchUpSpread, $"{delivery.Partition} at {delivery.Report.RecordTime:T} while another stands at {oldest:T}");
            next[delivery.Partition].Dequeue();
        }
        Assert.Equal([InputState.CatchingUp, InputState.Live], engine.Inputs);

        IEnumerable<(string, string, DateTimeOffset)> Every(double seconds, Func<DateTimeOffset, int, (string, string, DateTimeOffset)> record)
        {
            for (var i = 0; Noon.AddSeconds(i * seconds) < end; i++)
                yield return record(Noon.AddSeconds(i * seconds), i);
        }
    }

    [Fact]
    public async Task A_partition_far_ahead_is_paused_and_loses_nothing()
    {
        await using var log = await Log.StartAsync();
        const int Count = 30_000; // more than may wait
        await log.WriteAsync(Log.Topics.Positions, 0, Enumerable.Range(0, Count).Select(i => ("a/V0", """{"carrier":"a","vehicle":"v0","at":"2026-03-01T12:00:00Z","latitude":1,"longitude":2}""", Noon.AddMinutes(1).AddMilliseconds(i))));
        await log.WriteAsync(Log.Topics.Manifests, 0, [("a/V0", Log.Manifest("v0", 1), Noon), ("a/V0", Log.Manifest("v0", 2), Noon.AddMinutes(2))]);
        var goOn = new TaskCompletionSource();
        var engine = new RecordingEngine
        {
            OnDelivery = async (partition, _) =>
            {
                if (partition.Topic == Log.Topics.Manifests)
                    await goOn.Task;
                return new DeliveryResult(false, []);
            },
        };
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30)))
        using (var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while (ingestion.Statistics.Pauses == 0)
                await tick.WaitForNextTickAsync(patience.Token);
        }
        Assert.Empty(engine.Deliveries);
        goOn.SetResult();
        await engine.Until(e => e.Deliveries.Length == Count + 2, "everything");

        var offsets = engine.Deliveries.Where(delivery => delivery.Report.Kind == ReportKind.Position).Select(delivery => delivery.Report.Offset);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), offsets);
        Assert.Equal((0, 0), (ingestion.Statistics.Holes, ingestion.Statistics.Doubles));
    }
}
