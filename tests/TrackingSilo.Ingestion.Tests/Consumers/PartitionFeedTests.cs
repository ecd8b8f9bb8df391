using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Consumers;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Refused;

namespace TrackingSilo.Ingestion.Tests.Consumers;

public class PartitionFeedTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly PositionDecoder _decoder = new(new VehicleIdCache());
    readonly RecordBytes _bytes = new();
    readonly PartitionFeed _feed = new(new LogPartition("log", "positions", 3), new PartitionId(1), lane: 0, start: 100);

    [Fact]
    public void A_batch_ends_where_the_limit_of_record_time_is_passed()
    {
        for (var i = 0; i < 10; i++)
            Add(100 + i, Noon.AddSeconds(i), Good(i));

        var batch = _feed.Batch(Noon.AddSeconds(3).UtcTicks);

        Assert.Equal(4, batch.Records);
        Assert.Equal([100L, 101, 102, 103], batch.Reports.ToArray().Select(report => report.Offset));
        _feed.Settle(batch);
        Assert.Equal((104, 110, 6), (_feed.SettledNext, _feed.Next, _feed.Waiting));
        Assert.Equal(Noon.AddSeconds(4).UtcTicks, _feed.Reached);
    }

    [Fact]
    public void What_was_refused_keeps_its_bytes_however_the_rest_moves_on()
    {
        for (var i = 0; i < 3_000; i++)
            Add(100 + i, Noon.AddSeconds(i), i % 7 == 5 ? $"bad {i}" : Good(i));

        var refused = new List<RefusedRecord>();
        var accepted = new List<long>();
        for (var limit = Noon; _feed.Waiting > 0; limit = limit.AddSeconds(113))
        {
            var batch = _feed.Batch(limit.UtcTicks);
            if (batch.Records == 0)
                continue;
            refused.AddRange(_feed.DecodersRefusalsOf(batch));
            if (batch.Reports.Length > 0)
            {
                var last = batch.Reports.Span[^1];
                Assert.Equal(Good((int)last.Offset - 100), Encoding.UTF8.GetString(_feed.RefusedRecordOf(new Refusal(last.Offset, RefusalReason.ActorFailed, "")).Value));
            }
            foreach (var report in batch.Reports.Span)
                accepted.Add(report.Offset);
            _feed.Settle(batch);
        }

        Assert.Equal(Enumerable.Range(0, 3_000).Where(i => i % 7 == 5).Select(i => $"bad {i}"), refused.Select(record => Encoding.UTF8.GetString(record.Value)));
        Assert.Equal(Enumerable.Range(0, 3_000).Where(i => i % 7 != 5).Select(i => 100L + i), accepted);
        Assert.All(refused, record => Assert.Equal($"key {record.Offset}", Encoding.UTF8.GetString(record.Key)));
    }

    [Fact]
    public void A_feed_that_holds_much_is_full_until_most_of_it_has_left()
    {
        for (var i = 0; i < Limits.CatchUpBufferReports; i++)
        {
            Assert.False(_feed.IsFull);
            Add(100 + i, Noon.AddSeconds(i), "{}");
        }
        Assert.True(_feed.IsFull);
        for (var batch = _feed.Batch(long.MaxValue); _feed.Waiting > Limits.CatchUpBufferReports / 4; batch = _feed.Batch(long.MaxValue))
        {
            Assert.False(_feed.HasRoomAgain);
            _feed.Settle(batch);
        }
        Assert.True(_feed.HasRoomAgain);
    }

    [Fact]
    public void What_comes_twice_or_while_it_is_paused_is_not_expected()
    {
        Assert.True(_feed.Expects(100, out var missing));
        Assert.Equal(0, missing);
        Assert.True(_feed.Expects(103, out missing));
        Assert.Equal(3, missing);
        Assert.False(_feed.Expects(99, out _));
        _feed.IsPaused = true;
        Assert.False(_feed.Expects(100, out _));
    }

    [Fact]
    public void A_partition_is_behind_when_the_end_of_a_while_ago_is_not_reached()
    {
        var time = new FakeTimeProvider();
        var tolerance = TimeSpan.FromSeconds(10);
        for (var i = 0; i < 20; i++)
            Add(100 + i, Noon, Good(i));
        _feed.HighWatermark = 110;
        Assert.False(_feed.IsBehind(tolerance, time));
        _feed.HighWatermark = 120;
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(_feed.IsBehind(tolerance, time));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_feed.IsBehind(tolerance, time));

        _feed.Settle(_feed.Batch(long.MaxValue)); // 120: beyond the end as it stood then
        Assert.False(_feed.IsBehind(tolerance, time));
    }

    void Add(long offset, DateTimeOffset at, string value)
    {
        _bytes.Clear();
        var key = _bytes.Deserialize(Encoding.UTF8.GetBytes($"key {offset}"), false, SerializationContext.Empty);
        var part = _bytes.Deserialize(Encoding.UTF8.GetBytes(value), false, SerializationContext.Empty);
        _feed.Add(offset, at, _bytes, key, part, _decoder.Decode(_bytes[part], offset, at));
    }

    static string Good(int i) => $$"""{"carrier":"a","vehicle":"v{{i % 9}}","at":"2026-03-01T12:00:00Z","latitude":1,"longitude":2,"sequence":{{i}}}""";
}
