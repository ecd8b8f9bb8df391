using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>One bit a stop: those that scans say are done, in whatever order.</summary>
readonly struct StopMarks(int stopCount)
{
    readonly ulong[] _words = new ulong[(stopCount + 63) / 64];

    public bool IsEmpty => _words.Length == 0;

    public bool this[int stop] => (_words[stop / 64] & (1UL << (stop % 64))) != 0;

    public void Set(int stop) => _words[stop / 64] |= 1UL << (stop % 64);

    /// <summary>Without the marks before <paramref name="nextStop"/>, which say nothing that its index does not say.</summary>
    public void WriteTo(ref PackedWriter writer, int nextStop)
    {
        var end = _words.Length;
        while (end > nextStop / 64 && _words[end - 1] == 0)
            end--;
        var first = Math.Min(end, nextStop / 64);
        writer.WriteUnsigned((ulong)(end - first));
        for (var i = first; i < end; i++)
            writer.WriteUnsigned(_words[i]);
    }

    public void Read(ref PackedReader reader, int nextStop)
    {
        var first = nextStop / 64;
        var words = reader.ReadCount(Math.Max(0, _words.Length - first));
        for (var i = 0; i < words; i++)
            _words[first + i] = reader.ReadUnsigned();
    }
}
