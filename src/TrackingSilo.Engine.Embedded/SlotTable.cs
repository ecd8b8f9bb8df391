namespace TrackingSilo.Engine.Embedded;

/// <summary>
/// Slots by key, for a caller that knows the key's <see cref="KeyHash"/>. Open addressing: a look-up touches one place of each of two arrays and the slot, and known
/// actors are recognised by reference, since decoding hands out one string for a key. Used by one shard only.
/// </summary>
sealed class SlotTable<TActor>
    where TActor : class
{
    const int StartSize = 64;

    uint[] _hashes = new uint[StartSize];
    Slot<TActor>?[] _slots = new Slot<TActor>?[StartSize];

    public int Count { get; private set; }

    public IEnumerable<Slot<TActor>> All => _slots.OfType<Slot<TActor>>();

    public Slot<TActor>? Find(string key, uint hash)
    {
        var mask = (uint)_slots.Length - 1;
        for (var i = hash & mask; ; i = (i + 1) & mask)
        {
            if (_slots[i] is not { } slot)
                return null;
            if (_hashes[i] == hash && (ReferenceEquals(slot.Key, key) || slot.Key == key))
                return slot;
        }
    }

    /// <summary>Adds a slot whose key is not there.</summary>
    public void Add(Slot<TActor> slot)
    {
        // A third stays free: chains are short then.
        if (Count * 3 >= _slots.Length * 2)
            Grow();
        Put(slot, KeyHash.Of(slot.Key));
        Count++;
    }

    public void Remove(Slot<TActor> slot)
    {
        var mask = (uint)_slots.Length - 1;
        var hole = KeyHash.Of(slot.Key) & mask;
        while (!ReferenceEquals(_slots[hole], slot))
        {
            if (_slots[hole] is null)
                return;
            hole = (hole + 1) & mask;
        }
        Count--;
        // What comes behind moves up, unless it would then stand before its own place.
        for (var i = (hole + 1) & mask; _slots[i] is not null; i = (i + 1) & mask)
        {
            if (((i - _hashes[i]) & mask) < ((i - hole) & mask))
                continue;
            (_slots[hole], _hashes[hole]) = (_slots[i], _hashes[i]);
            hole = i;
        }
        _slots[hole] = null;
    }

    void Put(Slot<TActor> slot, uint hash)
    {
        var mask = (uint)_slots.Length - 1;
        var i = hash & mask;
        while (_slots[i] is not null)
            i = (i + 1) & mask;
        (_slots[i], _hashes[i]) = (slot, hash);
    }

    void Grow()
    {
        var (slots, hashes) = (_slots, _hashes);
        _slots = new Slot<TActor>?[slots.Length * 2];
        _hashes = new uint[slots.Length * 2];
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i] is { } slot)
                Put(slot, hashes[i]);
        }
    }
}
