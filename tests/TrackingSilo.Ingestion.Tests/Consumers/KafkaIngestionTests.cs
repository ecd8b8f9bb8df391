using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Tests.Decoding;

namespace TrackingSilo.Ingestion.Tests.Consumers;

public class KafkaIngestionTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_topic_reaches_the_engine_in_the_order_of_its_partitions()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine();
        await log.WriteAsync(Log.Topics.Positions, 0, Enumerable.Range(0, 500).Select(i => ("a/V0", Log.Position("v0", Noon.AddSeconds(i), i), Noon.AddSeconds(i))));
        await log.WriteAsync(Log.Topics.Positions, 1, Enumerable.Range(0, 500).Select(i => ("a/V1", Log.Position("v1", Noon.AddSeconds(i), i), Noon.AddSeconds(i))));
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await engine.Until(e => e.Inputs is [.., InputState.Live], "live");
        await log.WriteAsync(Log.Topics.Shipments, 0, "a/1", """{"carrier":"a","trackingNumber":"1","changedAt":"2026-03-01T12:00:00Z"}""");
        await log.WriteAsync(Log.Topics.Scans, 1, "a/1", Log.Scan("1", "e1", Noon), Noon.AddMinutes(1));
        await log.WriteAsync(Log.Topics.Manifests, 0, "a/V0", Log.Manifest("v0", 1));
        await log.WriteAsync(Log.Topics.Commands, 0, "a/1", """{"commandId":"c","carrier":"a","trackingNumber":"1","kind":"revokeLinks"}""");
        await engine.Until(e => e.Deliveries.Length == 1_004, "1004 reports");

        Assert.Equal([InputState.CatchingUp, InputState.Live], engine.Inputs);
        foreach (var partition in engine.Deliveries.GroupBy(delivery => delivery.Partition))
            Assert.Equal(Enumerable.Range(0, partition.Count()).Select(i => (long)i), partition.Select(delivery => delivery.Report.Offset));
        var scan = Assert.Single(engine.Deliveries, delivery => delivery.Report.Kind == ReportKind.Scan);
        Assert.Equal(new LogPartition(log.Name, Log.Topics.Scans, 1), scan.Partition);
        Assert.Equal(Noon.AddMinutes(1), scan.Report.RecordTime);
        Assert.Equal("e1", Assert.IsType<Scan>(scan.Report.Body).Id);
        Assert.Equal(500, engine.AdvancedTo(new LogPartition(log.Name, Log.Topics.Positions, 1)) + 1);
        Assert.Equal(1_000, ingestion.Statistics.Consumed[Log.Topics.Positions]);
        Assert.Equal((0, 0, 0), (ingestion.Statistics.Holes, ingestion.Statistics.Doubles, ingestion.Statistics.Gaps));
    }

    [Fact]
    public async Task What_is_refused_is_written_with_its_bytes_and_reason_before_its_partition_advances()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine
        {
            OnDelivery = (partition, reports) => ValueTask.FromResult(new DeliveryResult(
                false, [.. reports.ToArray().Where(report => report.Key == "a/BAD").Select(report => new Refusal(report.Offset, RefusalReason.ActorFailed, "it would not"))])),
        };
        var tooLarge = new byte[950 * 1024];
        Array.Fill(tooLarge, (byte)' ');
        await log.WriteAsync(Log.Topics.Scans, 0, "a/1", "{\"carrier\":\"a\"", Noon);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/BAD", Log.Scan("bad", "e1", Noon), Noon);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/2", Log.Scan("2", "e2", Noon.AddDays(2)), Noon);
        await log.WriteAsync(Log.Topics.Scans, 0, (string?)null, []);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/3", Log.Scan("3", "e3", Noon), Noon);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/4", tooLarge, Noon);
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await engine.Until(e => e.AdvancedTo(new LogPartition(log.Name, Log.Topics.Scans, 0)) == 5, "advanced to 5");

        var refused = log.Read(Log.Topics.Refused, 5).OrderBy(record => Header(record, "offset")).ToArray();
        Assert.Equal(["not-json", "actor-failed", "from-the-future", "empty", "too-large"], refused.Select(record => Header(record, "reason")));
        Assert.Equal(["0", "1", "2", "3", "5"], refused.Select(record => Header(record, "offset")));
        Assert.All(refused, record => Assert.Equal((Log.Topics.Scans, "0"), (Header(record, "topic"), Header(record, "partition"))));
        Assert.Equal(["a/1", "a/BAD", "a/2", null, "a/4"], refused.Select(record => record.Message.Key is { } key ? Encoding.UTF8.GetString(key) : null));
        Assert.Equal(Log.Scan("bad", "e1", Noon), Encoding.UTF8.GetString(refused[1].Message.Value));
        Assert.Equal("it would not", Header(refused[1], "detail"));
        Assert.Equal(64 * 1024, refused[4].Message.Value.Length);
        Assert.Equal((950 * 1024).ToString(), Header(refused[4], "length"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(tooLarge)), Header(refused[4], "sha256"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(refused[0].Message.Value)), Header(refused[0], "sha256"));
        Assert.Equal(["a/3"], engine.Deliveries.Select(delivery => delivery.Report.Key));
        Assert.Equal(5, ingestion.Statistics.Refused.Values.Sum());
    }

    [Fact]
    public async Task A_key_that_differs_from_the_body_is_counted_and_the_body_holds()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine();
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/OTHER", Log.Scan("1", "e1", Noon), Noon);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/1", Log.Scan("1", "e2", Noon), Noon);
        await engine.Until(e => e.Deliveries.Length == 2, "two scans");

        Assert.All(engine.Deliveries, delivery => Assert.Equal("a/1", delivery.Report.Key));
        Assert.Equal(1, ingestion.Statistics.KeyMismatches);
    }

    [Fact]
    public async Task The_next_start_goes_on_behind_the_durable_position_and_commits_it()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine { IsDurable = false };
        var partition = new LogPartition(log.Name, Log.Topics.Scans, 0);
        for (var i = 0; i < 4; i++)
            await log.WriteAsync(Log.Topics.Scans, 0, "a/1", Log.Scan("1", $"e{i}", Noon), Noon);
        await using (await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name))
        {
            await engine.Until(e => e.Deliveries.Length == 4, "four scans");
        }
        Assert.Equal(1, engine.Flushes);
        Assert.Equal(4, log.Committed(Log.Topics.Scans, 0));

        engine.Durable[engine.IdOf(partition)] = 1; // as if the server had been killed before its last checkpoint
        await using (await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name))
        {
            await engine.Until(e => e.Deliveries.Length == 6, "two scans again");
        }
        Assert.Equal([0L, 1, 2, 3, 2, 3], engine.Deliveries.Select(delivery => delivery.Report.Offset));
    }

    [Fact]
    public async Task After_a_gap_the_partition_goes_back_and_nothing_is_refused_twice()
    {
        await using var log = await Log.StartAsync();
        var partition = new LogPartition(log.Name, Log.Topics.Scans, 0);
        var gaps = 0;
        var engine = new RecordingEngine { IsDurable = false };
        engine.Durable[engine.IdOf(partition)] = 0;
        engine.OnDelivery = (_, reports) =>
            ValueTask.FromResult(new DeliveryResult(reports.Span[^1].Offset == 5 && gaps++ < 3, []));
        for (var i = 0; i < 6; i++)
            await log.WriteAsync(Log.Topics.Scans, 0, "a/1", i == 2 ? "{}" : Log.Scan("1", $"e{i}", Noon), Noon);
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await engine.Until(e => e.AdvancedTo(partition) == 5, "advanced to 5");

        Assert.Equal(3, ingestion.Statistics.Gaps);
        Assert.Equal([1L, 3, 4, 5], engine.Deliveries.Select(delivery => delivery.Report.Offset).Distinct());
        Assert.Equal(5, engine.Deliveries[^1].Report.Offset);
        Assert.Equal("2", Header(log.Read(Log.Topics.Refused, 1)[0], "offset"));
        Assert.Equal(1, ingestion.Statistics.Refused["missing-property"]);
    }

    [Fact]
    public async Task While_the_engine_takes_long_nothing_is_lost_and_nothing_comes_twice()
    {
        await using var log = await Log.StartAsync();
        var goOn = new TaskCompletionSource();
        var engine = new RecordingEngine();
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await engine.Until(e => e.Inputs is [.., InputState.Live], "live");
        var held = new TaskCompletionSource();
        engine.OnDelivery = async (_, _) =>
        {
            held.TrySetResult();
            await goOn.Task;
            return new DeliveryResult(false, []);
        };
        await log.WriteAsync(Log.Topics.Positions, 0, Records(0, 3_000));
        await held.Task;
        await log.WriteAsync(Log.Topics.Positions, 0, Records(3_000, 6_000));
        await engine.Until(e => e.Inputs is [.., InputState.CatchingUp], "no longer live");
        Assert.Equal(Log.Partitions, ingestion.Statistics.Pauses);
        await log.WriteAsync(Log.Topics.Positions, 0, Records(6_000, 9_000));
        goOn.SetResult();
        await engine.Until(e => e.Deliveries.Length == 9_000, "9000 positions");

        await engine.Until(e => e.Inputs is [.., InputState.Live], "live again");
        Assert.Equal(Enumerable.Range(0, 9_000).Select(i => (long)i), engine.Deliveries.Select(delivery => delivery.Report.Offset));
        Assert.Equal((0, 0), (ingestion.Statistics.Holes, ingestion.Statistics.Doubles));

        static IEnumerable<(string, string, DateTimeOffset)> Records(int from, int to)
            => Enumerable.Range(from, to - from).Select(i => ("a/V", Log.Position("v", Noon.AddSeconds(i), i), Noon.AddSeconds(i)));
    }

    [Fact]
    public async Task A_trimmed_log_stops_the_server_unless_the_gap_is_accepted()
    {
        await using var log = await Log.StartAsync();
        var partition = new LogPartition(log.Name, Log.Topics.Positions, 0);
        var engine = new RecordingEngine();
        engine.Durable[engine.IdOf(partition)] = 0;
        // More than the 5 MiB that the development broker keeps of a partition.
        var filler = "{\"x\":\"" + new string('x', 60_000) + "\"}";
        for (var i = 0; i < 10; i++)
            await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => log.WriteAsync(Log.Topics.Positions, 0, "a/V", filler, Noon)));
        await using (var stopped = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name))
        {
            await stopped.Stopping.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Contains("records from 1 on were deleted before they were read", stopped.StopReason, StringComparison.Ordinal);
            Assert.Contains("--accept-gap", stopped.StopReason, StringComparison.Ordinal);
        }
        Assert.Empty(engine.Deliveries);

        await using var goesOn = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name, acceptGap: true);
        await engine.Until(e => e.AdvancedTo(partition) == 119, "advanced to the end");
    }

    [Fact]
    public async Task A_log_that_was_made_anew_under_the_same_name_stops_the_server()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine();
        engine.Durable[engine.IdOf(new LogPartition(log.Name, Log.Topics.Scans, 1))] = 41;

        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name, acceptGap: true);
        await ingestion.Stopping.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("tracking.scans[1] ends at offset 0", ingestion.StopReason, StringComparison.Ordinal);
        Assert.Contains("Kafka:Log", ingestion.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_not_there_yet_is_waited_for()
    {
        await using var log = await Log.StartAsync(withTopics: false);
        var engine = new RecordingEngine();
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await engine.Until(e => e.Inputs is [.., InputState.Unreadable], "unreadable");
        await log.CreateTopicsAsync();
        await log.WriteAsync(Log.Topics.Scans, 0, "a/1", Log.Scan("1", "e1", Noon), Noon);

        await engine.Until(e => e.Deliveries.Length == 1 && e.Inputs is [.., InputState.Live], "one scan, live");
        Assert.Null(ingestion.StopReason);
    }

    [Fact]
    public async Task While_the_broker_is_away_the_input_is_unreadable_and_then_all_of_it_arrives()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine();
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        await log.WriteAsync(Log.Topics.Scans, 0, "a/1", Log.Scan("1", "e1", Noon), Noon);
        await engine.Until(e => e.Inputs is [.., InputState.Live] && e.Deliveries.Length == 1, "live with one scan");

        await log.Broker.TakeDownAsync();
        await engine.Until(e => e.Inputs is [.., InputState.Unreadable], "unreadable");
        var written = log.WriteAsync(Log.Topics.Scans, 0, "a/1", Log.Scan("1", "e2", Noon), Noon);
        await log.Broker.BringUpAsync();
        await written;

        await engine.Until(e => e.Inputs is [.., InputState.Live] && e.Deliveries.Length == 2, "live again with two scans");
    }

    [Fact]
    public async Task Hostile_records_of_every_topic_are_refused_and_the_next_good_one_goes_through()
    {
        await using var log = await Log.StartAsync();
        var engine = new RecordingEngine();
        await using var ingestion = await RunningIngestion.StartAsync(engine, log.Bootstrap, log.Name);
        var good = new Dictionary<string, string>
        {
            [Log.Topics.Shipments] = """{"carrier":"a","trackingNumber":"1","changedAt":"2026-03-01T12:00:00Z"}""",
            [Log.Topics.Scans] = Log.Scan("1", "e", Noon),
            [Log.Topics.Manifests] = Log.Manifest("v", 1),
            [Log.Topics.Positions] = Log.Position("v", Noon, 1),
            [Log.Topics.Commands] = """{"commandId":"c","carrier":"a","trackingNumber":"1","kind":"revokeLinks"}""",
        };
        byte[][] hostile = [[], [0xff, 0xfe], [0], .. HostileInput.JsonFiles.Select(file => file.Bytes), .. HostileInput.NaughtyStrings.Select(Encoding.UTF8.GetBytes)];
        foreach (var (topic, message) in good)
        {
            await Task.WhenAll(hostile.Select(bytes => log.WriteAsync(topic, 0, "k", bytes, Noon)));
            await log.WriteAsync(topic, 0, "k", message, Noon);
        }
        await engine.Until(e => good.Keys.All(topic => e.AdvancedTo(new LogPartition(log.Name, topic, 0)) == hostile.Length), "everything read");

        Assert.Equal(good.Count, engine.Deliveries.Length);
        Assert.Equal(5 * hostile.Length, ingestion.Statistics.Refused.Values.Sum());
        Assert.Equal(5, ingestion.Statistics.KeyMismatches);
    }

    static string Header(ConsumeResult<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
