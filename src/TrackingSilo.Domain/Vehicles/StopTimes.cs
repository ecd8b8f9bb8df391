using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>When the last few stops were reached and done: what learners and pages ask for, not a history. A fixed size whatever the number of stops.</summary>
sealed class StopTimes
{
    /// <summary>Stops whose times are kept in memory.</summary>
    public const int Kept = 32;

    /// <summary>Stops before the next one, and as many from it on, whose times survive packing.</summary>
    public const int PackedKept = 8;

    const long Unknown = long.MinValue;

    readonly Entry[] _entries = new Entry[Kept];

    struct Entry
    {
        // One more than the index, so that default is "empty".
        public int StopPlusOne;
        public long ArrivedMs;
        public long DoneMs;
    }

    public long? ArrivedMs(int stop) => Find(stop) is { ArrivedMs: not Unknown } entry ? entry.ArrivedMs : null;

    public long? DoneMs(int stop) => Find(stop) is { DoneMs: not Unknown } entry ? entry.DoneMs : null;

    /// <summary>Notes a time unless there is one. A stop far ahead never drives out one that is at or after <paramref name="nextStop"/>.</summary>
    public void Note(int stop, long? arrivedMs, long? doneMs, int nextStop)
    {
        ref var entry = ref _entries[stop % Kept];
        var holder = entry.StopPlusOne - 1;
        if (holder != stop)
        {
            if (holder >= nextStop && holder < stop)
                return;
            entry = new Entry { StopPlusOne = stop + 1, ArrivedMs = Unknown, DoneMs = Unknown };
        }
        if (entry.ArrivedMs == Unknown)
            entry.ArrivedMs = arrivedMs ?? Unknown;
        if (entry.DoneMs == Unknown)
            entry.DoneMs = doneMs ?? Unknown;
    }

    Entry? Find(int stop)
    {
        ref readonly var entry = ref _entries[stop % Kept];
        return entry.StopPlusOne == stop + 1 ? entry : null;
    }

    /// <summary>Times of the stops around <paramref name="nextStop"/>.</summary>
    public void WriteTo(ref PackedWriter writer, int nextStop, int stopCount, long originMs)
    {
        var first = Math.Max(0, nextStop - PackedKept);
        var end = Math.Min(stopCount, nextStop + PackedKept);
        for (var stop = first; stop < end; stop++)
        {
            var entry = Find(stop);
            Write(ref writer, entry?.ArrivedMs ?? Unknown, originMs);
            Write(ref writer, entry?.DoneMs ?? Unknown, originMs);
        }
    }

    public void Read(ref PackedReader reader, int nextStop, int stopCount, long originMs)
    {
        var first = Math.Max(0, nextStop - PackedKept);
        var end = Math.Min(stopCount, nextStop + PackedKept);
        for (var stop = first; stop < end; stop++)
        {
            var arrived = Read(ref reader, originMs);
            var done = Read(ref reader, originMs);
            if (arrived is not null || done is not null)
                Note(stop, arrived, done, first);
        }
    }

    // 0 is "unknown"; else the distance to the origin, moved on by one where it is not negative.
    static void Write(ref PackedWriter writer, long ms, long originMs)
        => writer.WriteSigned(ms == Unknown ? 0 : ms - originMs is var away and < 0 ? away : ms - originMs + 1);

    static long? Read(ref PackedReader reader, long originMs)
    {
        var away = reader.ReadSigned();
        if (away == 0)
            return null;
        var ms = unchecked(originMs + (away < 0 ? away : away - 1));
        return FixGrid.IsInstant(ms) ? ms : throw new InvalidDataException("A packed time is none.");
    }
}
