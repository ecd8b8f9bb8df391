using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// Travel times by key, with the day on which each was seen last. Full, it lets the keys go that were not seen for longest: addresses to which nobody drives any more, a season's detours. Mutable,
/// for one thread.
/// </summary>
sealed class SpeedTable
{
    // A table that is full loses so much at once, so that it is not swept for every new key.
    const double SweptShare = 0.1;

    readonly Dictionary<SpeedKey, Entry> _entries = [];
    readonly int _max;

    public SpeedTable(int max) => _max = max;

    readonly record struct Entry(SpeedSum Sum, ushort Day);

    public int Count => _entries.Count;

    public SpeedSum this[SpeedKey key] => _entries.GetValueOrDefault(key).Sum;

    public void Add(SpeedKey key, double seconds, double metres, double memoryMetres, DateTimeOffset at)
    {
        var known = _entries.TryGetValue(key, out var entry);
        if (!known && _entries.Count >= _max)
            Sweep();
        _entries[key] = new Entry(entry.Sum.Add(seconds, metres, memoryMetres), Math.Max(entry.Day, DayOf(at)));
    }

    public Dictionary<SpeedKey, SpeedSum> Copy()
    {
        var copy = new Dictionary<SpeedKey, SpeedSum>(_entries.Count);
        foreach (var (key, entry) in _entries)
            copy.Add(key, entry.Sum);
        return copy;
    }

    void Sweep()
    {
        var days = _entries.Values.Select(entry => entry.Day).Order().ToArray();
        var last = days[(int)(days.Length * SweptShare)];
        var left = (int)(days.Length * SweptShare) + 1;
        foreach (var (key, entry) in _entries)
        {
            if (left > 0 && entry.Day <= last)
            {
                _entries.Remove(key);
                left--;
            }
        }
    }

    // Days since 1970; a clock that is a century off is cut to the ends.
    static ushort DayOf(DateTimeOffset at) => (ushort)Math.Clamp(at.ToUnixTimeSeconds() / 86_400, 0, ushort.MaxValue);

    public static int MaxBytesPerEntry => 3 + PackedWriter.NumberMaxBytes + 1 + 3 + (2 * sizeof(float));

    public void WriteTo(ref PackedWriter writer)
    {
        writer.WriteUnsigned((ulong)_entries.Count);
        foreach (var (key, entry) in _entries)
        {
            writer.WriteSigned(key.Carrier);
            writer.WriteSigned(key.Place);
            writer.WriteByte(key.HourOfWeek);
            writer.WriteUnsigned(entry.Day);
            writer.WriteSingle(entry.Sum.Seconds);
            writer.WriteSingle(entry.Sum.Metres);
        }
    }

    public void Read(ref PackedReader reader)
    {
        for (var left = reader.ReadCount(_max); left > 0; left--)
        {
            var key = new SpeedKey((short)Math.Clamp(reader.ReadSigned(), -1, ArrivalLearner.CarriersMax), Math.Max(SpeedKey.NoPlace, reader.ReadSigned()), reader.ReadByte());
            var day = (ushort)Math.Min(reader.ReadUnsigned(), ushort.MaxValue);
            _entries[key] = new Entry(ReadSum(ref reader), day);
        }
    }

    public static SpeedSum ReadSum(ref PackedReader reader)
    {
        var sum = new SpeedSum(reader.ReadSingle(), reader.ReadSingle());
        return float.IsFinite(sum.Seconds) && float.IsFinite(sum.Metres) && sum is { Seconds: >= 0, Metres: >= 0 }
            ? sum
            : throw new InvalidDataException("A saved travel time is none.");
    }
}
