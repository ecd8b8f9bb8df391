using Confluent.Kafka;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Refused;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>
/// One partition on its way into the engine: records that were read and decoded and wait for delivery, in log order, with their bytes; all in
/// arrays that are used again. Not thread-safe: its consumer's thread fills it, and leaves it alone while a delivery is under way.
/// </summary>
sealed class PartitionFeed(LogPartition partition, PartitionId id, int lane, long start)
{
    Record[] _records = new Record[256];
    Report[] _reports = new Report[256];
    byte[] _bytes = new byte[64 * 1024];
    int _first;        // of the records that wait
    int _count;        // end of them
    int _firstReport;  // the same for those that were accepted
    int _reportCount;
    int _bytesUsed;
    long _lastSeen;
    long _mark = start; // the end as it stood when the mark before was reached
    long _markedAt;

    public LogPartition Partition => partition;

    public TopicPartition TopicPartition { get; } = new(partition.Topic, partition.Partition);

    public PartitionId Id => id;

    /// <summary>Number at the <see cref="CatchUpPacer"/>.</summary>
    public int Lane => lane;

    /// <summary>The offset that must come next.</summary>
    public long Next { get; private set; } = start;

    /// <summary>Everything before it is settled: applied, or refused and acknowledged.</summary>
    public long SettledNext { get; private set; } = start;

    /// <summary>The log's end, as last seen.</summary>
    public long HighWatermark { get; set; } = start;

    /// <summary>The offset last given to the client for committing.</summary>
    public long StoredOffset { get; set; } = -1;

    /// <summary>What decoding refused up to here is in the refused topic: it is not written again when the partition goes back.</summary>
    public long RefusedUpTo { get; set; } = -1;

    /// <summary>Fetching has stopped because too much waits here. What still comes is dropped, and read again from <see cref="Next"/> on.</summary>
    public bool IsPaused { get; set; }

    public int Waiting => _count - _first;

    public bool IsFull => Waiting >= Limits.CatchUpBufferReports || _bytesUsed >= Limits.CatchUpBufferBytes;

    public bool HasRoomAgain => Waiting <= Limits.CatchUpBufferReports / 4 && _bytesUsed <= Limits.CatchUpBufferBytes / 4;

    /// <summary>Record time, in ticks, of the first record that waits, else of the last one seen.</summary>
    public long Reached => Waiting > 0 ? _records[_first].TimeTicks : _lastSeen;

    /// <summary>Whether the end as it stood so long ago is still not reached. Call it now and then.</summary>
    public bool IsBehind(TimeSpan tolerance, TimeProvider time)
    {
        if (SettledNext < _mark)
            return time.GetElapsedTime(_markedAt) > tolerance;
        _mark = HighWatermark;
        _markedAt = time.GetTimestamp();
        return false;
    }

    /// <summary>Whether a record is the next, and how many are missing before it. A double is none.</summary>
    public bool Expects(long offset, out long missing)
    {
        missing = Math.Max(0, offset - Next);
        return offset >= Next && !IsPaused;
    }

    /// <summary>Puts a decoded record at the end.</summary>
    public void Add(long offset, DateTimeOffset recordTime, RecordBytes source, RecordBytes.Part key, RecordBytes.Part value, in Decoded decoded)
    {
        if (_count == _records.Length)
            Array.Resize(ref _records, _count * 2);
        _records[_count++] = new Record
        {
            Offset = offset, TimeTicks = recordTime.UtcTicks, KeyStart = Copy(source[key]), KeyLength = key.Kept,
            ValueStart = Copy(source[value]), ValueKept = value.Kept, ValueLength = value.Length, ValueSha256 = value.Sha256,
            Reason = decoded.Reason, Detail = decoded.Detail,
        };
        _lastSeen = recordTime.UtcTicks;
        Next = offset + 1;
        if (decoded.IsRefused)
            return;
        if (_reportCount == _reports.Length)
            Array.Resize(ref _reports, _reportCount * 2);
        _reports[_reportCount++] = decoded.Report;
    }

    /// <summary>Goes back, or over a gap, to an offset: what waits is dropped.</summary>
    public void MoveTo(long offset)
    {
        Drop(_count);
        Next = offset;
        SettledNext = offset;
    }

    /// <summary>The log holds nothing but its own marks up to here.</summary>
    public void AtEnd(long offset)
    {
        HighWatermark = Math.Max(HighWatermark, offset);
        if (Waiting == 0 && !IsPaused && offset > Next)
            SettledNext = Next = offset;
    }

    /// <summary>The records that wait and are of no later record time than <paramref name="limitTicks"/>, up to the first that is.</summary>
    public FeedBatch Batch(long limitTicks)
    {
        var end = _first;
        while (end < _count && end - _first < Limits.BatchMaxReports && _records[end].TimeTicks <= limitTicks)
            end++;
        var reports = 0;
        for (var i = _first; i < end; i++)
            reports += _records[i].Detail is null ? 1 : 0;
        return new FeedBatch(end - _first, _reports.AsMemory(_firstReport, reports));
    }

    /// <summary>The offset of the last record of a batch.</summary>
    public long LastOffsetOf(FeedBatch batch) => _records[_first + batch.Records - 1].Offset;

    /// <summary>A batch's records that decoding refused and that are not written yet, with a copy of their bytes: the rare path.</summary>
    public IEnumerable<RefusedRecord> DecodersRefusalsOf(FeedBatch batch)
    {
        for (var i = _first; i < _first + batch.Records; i++)
        {
            if (_records[i].Detail is { } detail && _records[i].Offset > RefusedUpTo)
                yield return RefusedRecordOf(_records[i], _records[i].Reason, detail);
        }
    }

    /// <summary>The engine's refusal of a record of the batch that was delivered last, with the record's bytes.</summary>
    public RefusedRecord RefusedRecordOf(Refusal refusal)
    {
        for (var i = _first; i < _count; i++)
        {
            if (_records[i].Offset == refusal.Offset)
                return RefusedRecordOf(_records[i], refusal.Reason, refusal.Detail);
        }
        throw new InvalidOperationException($"The engine refused offset {refusal.Offset} of {partition}, which was not delivered.");
    }

    /// <summary>A batch is settled: its records leave.</summary>
    public void Settle(FeedBatch batch)
    {
        SettledNext = LastOffsetOf(batch) + 1;
        Drop(batch.Records);
    }

    void Drop(int records)
    {
        for (var i = 0; i < records && _first < _count; i++, _first++)
            _firstReport += _records[_first].Detail is null ? 1 : 0;
        if (_first == _count)
        {
            Array.Clear(_reports, 0, _reportCount); // bodies are the actors' now
            Array.Clear(_records, 0, _count);
            (_first, _count, _firstReport, _reportCount, _bytesUsed) = (0, 0, 0, 0, 0);
        }
        else if (_first > _count / 2)
        {
            Compact();
        }
    }

    void Compact()
    {
        var bytesBefore = _records[_first].KeyStart;
        _bytes.AsSpan(bytesBefore, _bytesUsed - bytesBefore).CopyTo(_bytes);
        _bytesUsed -= bytesBefore;
        _count -= _first;
        _records.AsSpan(_first, _count).CopyTo(_records);
        foreach (ref var record in _records.AsSpan(0, _count))
        {
            record.KeyStart -= bytesBefore;
            record.ValueStart -= bytesBefore;
        }
        _reportCount -= _firstReport;
        _reports.AsSpan(_firstReport, _reportCount).CopyTo(_reports);
        Array.Clear(_reports, _reportCount, _firstReport);
        (_first, _firstReport) = (0, 0);
    }

    int Copy(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _bytesUsed < bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _bytesUsed + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_bytesUsed));
        var start = _bytesUsed;
        _bytesUsed += bytes.Length;
        return start;
    }

    RefusedRecord RefusedRecordOf(in Record record, RefusalReason reason, string detail) => new()
    {
        Topic = partition.Topic, Partition = partition.Partition, Offset = record.Offset,
        Key = _bytes.AsSpan(record.KeyStart, record.KeyLength).ToArray(),
        Value = _bytes.AsSpan(record.ValueStart, Math.Min(record.ValueKept, Limits.RefusedMaxBytes)).ToArray(),
        Length = record.ValueLength,
        Sha256 = record.ValueSha256 ?? System.Security.Cryptography.SHA256.HashData(_bytes.AsSpan(record.ValueStart, record.ValueKept)),
        Reason = reason, Detail = detail,
    };

    struct Record
    {
        public long Offset;
        public long TimeTicks;
        public int KeyStart;
        public int KeyLength;
        public int ValueStart;
        public int ValueKept;
        public int ValueLength;
        public byte[]? ValueSha256;
        public RefusalReason Reason;
        public string? Detail; // null: accepted
    }
}

/// <summary>The first records that wait in a <see cref="PartitionFeed"/>.</summary>
/// <param name="Records">How many, the refused ones among them.</param>
/// <param name="Reports">The accepted ones.</param>
readonly record struct FeedBatch(int Records, ReadOnlyMemory<Report> Reports)
{
    public bool HasRefusals => Records > Reports.Length;
}
