namespace TrackingSilo.Domain.Vehicles;

/// <summary>
/// Fixes ordered by time (those of one instant by sequence and place, so that the order does not depend on which came first), in a ring that starts
/// small and grows, doubling, to a fixed capacity. Nothing is allocated once it has grown.
/// </summary>
sealed class FixRing(int capacity)
{
    const int StartSize = 8;

    Fix[] _items = [];
    int _head;

    public int Count { get; private set; }

    public ref readonly Fix this[int i]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)Count, nameof(i));
            return ref _items[Slot(i)];
        }
    }

    /// <summary>Where a fix belongs: after all that are earlier. Looks from the newest, since most fixes come in order.</summary>
    public int IndexFor(in Fix fix)
    {
        var index = Count;
        while (index > 0 && FixGrid.Compare(_items[Slot(index - 1)], fix) > 0)
            index--;
        return index;
    }

    /// <summary>Whether a fix of the same instant and (place or sequence) stands at the place where this one belongs.</summary>
    public bool HasTwin(in Fix fix, int index)
    {
        for (var i = index - 1; i >= 0 && _items[Slot(i)].At == fix.At; i--)
        {
            if (FixGrid.AreTwins(_items[Slot(i)], fix))
                return true;
        }
        for (var i = index; i < Count && _items[Slot(i)].At == fix.At; i++)
        {
            if (FixGrid.AreTwins(_items[Slot(i)], fix))
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
        _items[Slot(index)] = fix;
        Count++;
    }

    public void RemoveOldest(int count)
    {
        _head = Count == count ? 0 : Slot(count);
        Count -= count;
    }

    public void Clear() => RemoveOldest(Count);

    int Slot(int i)
    {
        var slot = _head + i;
        return slot < _items.Length ? slot : slot - _items.Length;
    }

    void Grow()
    {
        var larger = new Fix[Math.Min(capacity, Math.Max(StartSize, _items.Length * 2))];
        for (var i = 0; i < Count; i++)
            larger[i] = _items[Slot(i)];
        _items = larger;
        _head = 0;
    }
}
