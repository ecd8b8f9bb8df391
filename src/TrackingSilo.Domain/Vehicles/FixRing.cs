namespace TrackingSilo.Domain.Vehicles;

/// <summary>What is known of a fix in its window.</summary>
[Flags]
enum FixMarks : byte
{
    None = 0,

    /// <summary>The vehicle was there.</summary>
    Believed = 1,

    /// <summary>Nothing happened at fences with it: whoever folds the window needs no look-up for it.</summary>
    Quiet = 2,
}

/// <summary>
/// Fixes ordered by time (those of one instant by sequence and place, so that the order does not depend on which came first), in a ring that starts
/// small and grows, doubling, to a fixed capacity. Nothing is allocated once it has grown.
/// </summary>
sealed class FixRing(int capacity)
{
    const int StartSize = 8;

    Kept[] _items = [];
    int _head;

    struct Kept
    {
        public Fix Fix;
        public FixMarks Marks;
    }

    public int Count { get; private set; }

    public ref readonly Fix this[int i] => ref At(i).Fix;

    public ref FixMarks MarksOf(int i) => ref At(i).Marks;

    /// <summary>Where a fix belongs: after all that are earlier. Looks from the newest, since most fixes come in order.</summary>
    public int IndexFor(in Fix fix)
    {
        var index = Count;
        while (index > 0 && FixGrid.Compare(_items[Slot(index - 1)].Fix, fix) > 0)
            index--;
        return index;
    }

    /// <summary>Whether a fix of the same instant and (place or sequence) stands at the place where this one belongs.</summary>
    public bool HasTwin(in Fix fix, int index)
    {
        for (var i = index - 1; i >= 0 && this[i].At == fix.At; i--)
        {
            if (FixGrid.AreTwins(this[i], fix))
                return true;
        }
        for (var i = index; i < Count && this[i].At == fix.At; i++)
        {
            if (FixGrid.AreTwins(this[i], fix))
                return true;
        }
        return false;
    }

    public void Insert(int index, in Fix fix)
    {
        if (Count == _items.Length)
            Grow();
        for (var i = Count; i > index; i--)
            _items[Slot(i)] = _items[Slot(i - 1)];
        _items[Slot(index)] = new Kept { Fix = fix };
        Count++;
    }

    public void RemoveOldest()
    {
        _head = Count == 1 ? 0 : Slot(1);
        Count--;
    }

    ref Kept At(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)Count, nameof(i));
        return ref _items[Slot(i)];
    }

    /// <summary>Reads what the next insertion at the end will touch: the array, then both its ends and the place behind.</summary>
    public long Warm(int step)
    {
        if (step == 0 || Count == 0)
            return _items.Length;
        var newest = Slot(Count - 1);
        var next = newest + 1 < _items.Length ? newest + 1 : 0;
        return _items[newest].Fix.Sequence + _items[newest].Fix.At.Ticks + _items[next].Fix.Sequence + _items[next].Fix.At.Ticks + _items[_head].Fix.At.Ticks;
    }

    int Slot(int i)
    {
        var slot = _head + i;
        return slot < _items.Length ? slot : slot - _items.Length;
    }

    void Grow()
    {
        var larger = new Kept[Math.Min(capacity, Math.Max(StartSize, _items.Length * 2))];
        for (var i = 0; i < Count; i++)
            larger[i] = _items[Slot(i)];
        _items = larger;
        _head = 0;
    }
}
