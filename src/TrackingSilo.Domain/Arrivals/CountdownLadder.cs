using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>A stop came within a rung.</summary>
/// <param name="Rung">Index of the rung, 0 the longest.</param>
/// <param name="Stop">Index of the stop.</param>
public readonly record struct RungCrossing(int Rung, int Stop);

/// <summary>
/// A vehicle's ladder of "so many minutes away" thresholds, with a pointer per rung to the first stop that has not come within it. Arrival times grow along a
/// plan, so the pointers only move on, each stop crosses each rung once, and the work is constant for a fix over time, whatever the number of stops. Mutable, for one thread.
/// </summary>
public sealed class CountdownLadder
{
    /// <summary>More rungs than a person wants to hear of.</summary>
    public const int RungsMax = 8;

    /// <summary>An upper bound of what <see cref="WriteTo"/> needs.</summary>
    public const int PackedMaxBytes = 2 + (RungsMax * 5);

    const byte PackedVersion = 1;

    readonly int[] _seconds;
    readonly int[] _pointers;

    /// <param name="minutes">1 to 8 thresholds from the longest down, each above 0.</param>
    public CountdownLadder(params ReadOnlySpan<int> minutes)
    {
        if (minutes.Length is 0 or > RungsMax)
            throw new ArgumentException($"A ladder has 1 to {RungsMax} rungs.", nameof(minutes));
        _seconds = new int[minutes.Length];
        _pointers = new int[minutes.Length];
        for (var rung = 0; rung < minutes.Length; rung++)
        {
            if (minutes[rung] <= 0 || (rung > 0 && minutes[rung] >= minutes[rung - 1]))
                throw new ArgumentException("Rungs go from the longest down, each above 0.", nameof(minutes));
            _seconds[rung] = minutes[rung] * 60;
        }
    }

    /// <summary>The usual thresholds, in minutes.</summary>
    public static ReadOnlySpan<int> DefaultMinutes => [60, 30, 20, 10, 5];

    public int RungCount => _seconds.Length;

    public int MinutesOf(int rung) => _seconds[rung] / 60;

    /// <summary>
    /// Reports stops that have come within a rung, each once. Stops before <paramref name="nextStop"/> are skipped unreported: they are done.
    /// </summary>
    /// <param name="nextStop">The first stop that is not done.</param>
    /// <param name="stopCount">Number of stops.</param>
    /// <param name="state">Handed on to <paramref name="etaSeconds"/>, so that it can be static.</param>
    /// <param name="etaSeconds">Seconds until the vehicle reaches a stop; it must not fall from one stop to the next. Not a number: not within.</param>
    /// <param name="crossings">Room for the answer. When it is full, call again.</param>
    /// <returns>How many there were.</returns>
    public int Cross<TState>(int nextStop, int stopCount, TState state, Func<TState, int, double> etaSeconds, Span<RungCrossing> crossings)
    {
        var count = 0;
        for (var rung = 0; rung < _seconds.Length; rung++)
        {
            ref var pointer = ref _pointers[rung];
            pointer = Math.Max(pointer, nextStop);
            while (pointer < stopCount && count < crossings.Length && etaSeconds(state, pointer) <= _seconds[rung])
                crossings[count++] = new RungCrossing(rung, pointer++);
        }
        return count;
    }

    /// <summary>The first stop that has not been reported for a rung; the number of stops when all have.</summary>
    public int FirstBeyond(int rung) => _pointers[rung];

    /// <summary>Whether a stop has been reported for a rung, or was done before.</summary>
    public bool HasCrossed(int rung, int stop) => stop < _pointers[rung];

    /// <summary>For a new version of the plan: those stops at its start that had crossed a rung in the old one count as reported.</summary>
    public void Carry(RoutePlan oldPlan, RoutePlan newPlan)
    {
        var same = newPlan.SameStopsOf(oldPlan);
        for (var rung = 0; rung < _pointers.Length; rung++)
        {
            var carried = 0;
            while (carried < newPlan.Count && same[carried] >= 0 && same[carried] < _pointers[rung])
                carried++;
            _pointers[rung] = carried;
        }
    }

    /// <summary>Packs the pointers.</summary>
    /// <returns>Bytes written, at most <see cref="PackedMaxBytes"/>.</returns>
    public int WriteTo(Span<byte> destination)
    {
        var writer = new PackedWriter(destination);
        writer.WriteByte(PackedVersion);
        writer.WriteByte((byte)_pointers.Length);
        foreach (var pointer in _pointers)
            writer.WriteUnsigned((ulong)pointer);
        return writer.Length;
    }

    /// <summary>Reads pointers into a ladder of the same rungs; another number of rungs begins anew, since settings may have changed.</summary>
    /// <exception cref="InvalidDataException"><see cref="WriteTo"/> did not write this.</exception>
    public void Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        reader.ExpectVersion(PackedVersion);
        var rungs = reader.ReadCount(RungsMax);
        if (rungs != _pointers.Length)
            return;
        for (var rung = 0; rung < rungs; rung++)
            _pointers[rung] = reader.ReadCount(int.MaxValue - 1);
    }
}
