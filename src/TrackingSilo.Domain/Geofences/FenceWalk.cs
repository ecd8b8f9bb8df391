using TrackingSilo.Domain.Packing;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// The vehicle's last gap in coverage, and the walk through what is uploaded of it later. It tells whole visits that lie in the gap (came in and went out, or went out and came back in), with
/// their own times; what began in the gap and still is true after it was told by the first fixes after it. It never changes the present. Mutable.
/// </summary>
sealed class FenceWalk
{
    /// <summary>No fix for this long is a gap: trackers report every few seconds, and a tunnel is shorter.</summary>
    public const long GapMs = 60_000;

    /// <summary>Half visits that may wait for their other half.</summary>
    const int HeldMax = FenceMemberships.Capacity;

    public const int PackedMaxBytes = (4 * PackedWriter.NumberMaxBytes) + FenceState.PackedMaxBytes + (HeldMax * FenceEvents.PackedMaxBytes);

    readonly FenceState _state = new();
    readonly FixJudge _judge = new();
    readonly List<FenceEvent> _held = [];
    readonly List<FenceEvent> _scratch = [];
    long _untilMs = long.MinValue;
    long _walkedMs = long.MaxValue;

    /// <summary>A fix has come after a gap: from where the vehicle was lost.</summary>
    public void Begin(FenceState lost, long untilMs)
    {
        _state.CopyFrom(lost);
        _judge.CopyFrom(new FixJudge());
        _judge.Next(lost.Last);
        _held.Clear();
        (_walkedMs, _untilMs) = (FixGrid.Milliseconds(lost.Last), untilMs);
    }

    /// <summary>Takes a fix that is too late for the window: once, in the order of time, where it lies in the gap.</summary>
    public void Step(GeofenceIndex index, in Fix fix, List<FenceEvent> events)
    {
        var ms = FixGrid.Milliseconds(fix);
        if (ms <= _walkedMs || ms >= _untilMs)
            return;
        _walkedMs = ms;
        if (_judge.Next(fix) == Belief.Rejected)
            return;
        _state.Name(index);
        _scratch.Clear();
        _state.Next(index, fix, _scratch);
        foreach (var happened in _scratch)
            Tell(happened, events);
    }

    void Tell(in FenceEvent happened, List<FenceEvent> events)
    {
        var isEdge = happened.Kind is FenceEventKind.Entered or FenceEventKind.Exited;
        if (happened.Kind == FenceEventKind.Crossed)
        {
            events.Add(happened);
            return;
        }
        var other = -1;
        for (var i = 0; i < _held.Count; i++)
        {
            if (_held[i].FenceId == happened.FenceId && _held[i].Kind != FenceEventKind.Dwelled)
                other = i;
        }
        if (isEdge && other >= 0)
        {
            foreach (var held in _held)
            {
                if (held.FenceId == happened.FenceId)
                    events.Add(held);
            }
            var id = happened.FenceId;
            _held.RemoveAll(held => held.FenceId == id);
            events.Add(happened);
        }
        else if ((isEdge || (other >= 0 && !happened.IsRetraction)) && _held.Count < HeldMax)
        {
            _held.Add(happened);
        }
    }

    public void WriteTo(ref PackedWriter writer)
    {
        writer.WriteSigned(_untilMs);
        if (_untilMs == long.MinValue)
            return;
        writer.WriteSigned(_walkedMs);
        _state.WriteTo(ref writer);
        FenceEvents.Write(ref writer, _held);
    }

    public void Read(ref PackedReader reader)
    {
        _untilMs = reader.ReadSigned();
        if (_untilMs == long.MinValue)
            return;
        _walkedMs = reader.ReadSigned();
        _state.Read(ref reader);
        if (_state.Any)
            _judge.Next(_state.Last);
        FenceEvents.Read(ref reader, _held, HeldMax);
    }
}

/// <summary>The packed form of events that were not retracted.</summary>
static class FenceEvents
{
    public const int PackedMaxBytes = 24 + (GeofenceFile.IdMaxCharacters * 3);

    public static void Write(ref PackedWriter writer, List<FenceEvent> events)
    {
        writer.WriteUnsigned((ulong)events.Count);
        foreach (var happened in events)
        {
            writer.WriteText(happened.FenceId);
            writer.WriteByte((byte)happened.Kind);
            writer.WriteSigned(happened.At.ToUnixTimeMilliseconds());
            writer.WriteSingle(happened.Confidence);
        }
    }

    public static void Read(ref PackedReader reader, List<FenceEvent> events, int max)
    {
        for (var left = reader.ReadCount(max); left > 0; left--)
        {
            var id = reader.ReadText(GeofenceFile.IdMaxCharacters * 3);
            var kind = (FenceEventKind)Math.Min(reader.ReadByte(), (byte)FenceEventKind.Crossed);
            events.Add(new FenceEvent(id, kind, DateTimeOffset.FromUnixTimeMilliseconds(FixGrid.Clamp(reader.ReadSigned())), reader.ReadSingle(), false));
        }
    }
}
