using System.Runtime.CompilerServices;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>What a fix did to the fixes that are believed.</summary>
public enum WindowChange : byte
{
    Nothing,

    /// <summary>One more at the end.</summary>
    Appended,

    /// <summary>Others than before are believed, or one more among them: what was concluded from them has to be worked out again.</summary>
    Rewritten,
}

/// <summary>
/// The fixes of a vehicle's last two minutes of event time, and which of them are believed. Mutable, for one thread.
/// <para>
/// What is believed is a fold over the fixes in the order of their time: one that nothing on wheels can have reached from the one believed before is rejected, unless it is the
/// fifth in a row of rejected ones that agree with each other, which then replace what rejected them. A late fix is put in its place and the fold is made again, so that the
/// order in which fixes come (within the window) makes no difference.
/// </para>
/// <para>
/// Fixes are kept, and compared, at the resolution of their packed form: 1e-7 degrees (about a centimetre), a millisecond, a tenth of a metre of accuracy. So a
/// window that was written and read judges as the one before, with one exception: it then holds the newest <see cref="PackedFixes"/> at most, and what is
/// older is <see cref="FixVerdict.TooLate"/>.
/// </para>
/// </summary>
public sealed class FixWindow
{
    /// <summary>The most fixes kept: one a second for two minutes.</summary>
    public const int Capacity = 128;

    /// <summary>The newest fixes that survive packing: a minute at the usual rate of one in 5 s and twice that, in about 300 bytes.</summary>
    public const int PackedFixes = 24;

    /// <summary>An upper bound of what <see cref="WriteTo"/> needs.</summary>
    public const int PackedMaxBytes = 16 + ((PackedFixes + FixJudge.RunToReplace) * 7 * PackedWriter.NumberMaxBytes);

    /// <summary>How far back, in event time, a fix may be and still count.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(2);

    /// <summary>How far a device's clock may be ahead of the log's: as much as clocks without time service differ.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(2);

    /// <summary>Nothing on wheels that delivers is faster (252 km/h).</summary>
    public const double TopSpeedMetresPerSecond = 70;

    /// <summary>A radius in which a village lies: cell-tower fixes say nothing about stops or fences.</summary>
    public const float UselessAccuracyMetres = 500;

    /// <summary>Stands in for an accuracy that was not sent: an ordinary receiver between houses.</summary>
    public const float UsualAccuracyMetres = 20;

    const byte PackedVersion = 2;
    const byte FirstPackedVersion = 1;

    readonly FixRing _fixes = new(Capacity);

    // After the newest fix, and before the oldest.
    readonly FixJudge _judge = new();
    readonly FixJudge _before = new();

    // Newest instant that has left the window: whether an older fix is known can no longer be said.
    long _leftMs = long.MinValue;

    /// <summary>What the last <see cref="Add"/> did.</summary>
    public WindowChange Change { get; private set; }

    /// <summary>Fixes in the window, rejected ones too.</summary>
    public int Count => _fixes.Count;

    /// <summary>Oldest first.</summary>
    public ref readonly Fix this[int i] => ref _fixes[i];

    public bool IsBelieved(int i) => (_fixes.MarksOf(i) & FixMarks.Believed) != 0;

    internal bool IsQuiet(int i) => (_fixes.MarksOf(i) & FixMarks.Quiet) != 0;

    internal void SetQuiet(int i, bool quiet)
    {
        ref var marks = ref _fixes.MarksOf(i);
        marks = quiet ? marks | FixMarks.Quiet : marks & ~FixMarks.Quiet;
    }

    /// <summary>The newest believed fix; false before the first.</summary>
    public bool TryGetNewest(out Fix fix)
    {
        var newest = NewestBelieved();
        // A flood of rejected fixes may have driven it out of the window.
        fix = newest >= 0 ? _fixes[newest] : _before.Last;
        return newest >= 0 || _before.Any;
    }

    internal int NewestBelieved()
    {
        var i = Count - 1;
        while (i >= 0 && !IsBelieved(i))
            i--;
        return i;
    }

    /// <summary>Reads what <see cref="Add"/> will read, reference by reference (0 to 2), and changes nothing: so that a host can wait for the memory of many windows at once.</summary>
    public long Warm(int step) => step == 0 ? _fixes.Count : step == 1 ? _fixes.Warm(0) : _fixes.Warm(1);

    /// <summary>
    /// Judges a fix and keeps it if it may count. <see cref="FixVerdict.Accepted"/>: it is the newest believed one now. <see cref="FixVerdict.Late"/>: it was put in its place by time and is
    /// believed there. <see cref="FixVerdict.ImplausibleJump"/>: it is kept, and not believed for now. Any other verdict leaves the window as it was.
    /// </summary>
    /// <param name="fix">As it was sent.</param>
    /// <param name="recordTime">Against which its time is judged.</param>
    /// <param name="fences">Whoever concludes from these fixes; told which of them leave.</param>
    public FixVerdict Add(in Fix fix, DateTimeOffset recordTime, FenceMemberships? fences = null)
    {
        Change = WindowChange.Nothing;
        var snapped = FixGrid.Snap(fix);
        if (snapped.At - recordTime > FutureTolerance)
            return FixVerdict.FromTheFuture;
        if (snapped.AccuracyMetres > UselessAccuracyMetres)
            return FixVerdict.Inaccurate;
        if (snapped.SpeedMetresPerSecond > TopSpeedMetresPerSecond)
            return FixVerdict.ImplausibleJump;
        var hasNewest = TryGetNewest(out var newest);
        if (hasNewest
            && (newest.At - snapped.At > Span || FixGrid.Milliseconds(snapped) <= _leftMs))
        {
            return FixVerdict.TooLate;
        }
        var index = _fixes.IndexFor(snapped);
        if (_fixes.HasTwin(snapped, index))
            return FixVerdict.Duplicate;
        if (Count == Capacity)
        {
            if (index == 0)
                return FixVerdict.TooLate;
            Leave(fences);
            index--;
        }
        _fixes.Insert(index, snapped);
        var verdict = index == Count - 1 ? Append(snapped) : PutBetween(index, isBehindNewest: hasNewest && snapped.At < newest.At);
        LeaveOutdated(fences);
        return verdict;
    }

    FixVerdict Append(in Fix fix)
    {
        switch (_judge.Next(fix))
        {
            case Belief.Believed:
                _fixes.MarksOf(Count - 1) = FixMarks.Believed;
                Change = WindowChange.Appended;
                return FixVerdict.Accepted;
            case Belief.Replaces:
                BelieveRun(Count - 1);
                Change = WindowChange.Rewritten;
                return FixVerdict.Accepted;
            default:
                return FixVerdict.ImplausibleJump;
        }
    }

    /// <summary>The fold again, from what had been believed before the oldest fix.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    FixVerdict PutBetween(int index, bool isBehindNewest)
    {
        Span<bool> before = stackalloc bool[Capacity];
        for (var i = 0; i < Count; i++)
            before[i] = IsBelieved(i);
        Refold();
        var others = false;
        for (var i = 0; i < Count; i++)
            others |= i != index && IsBelieved(i) != before[i];
        var isNewest = NewestBelieved() == index;
        if (others || (IsBelieved(index) && !isNewest))
            Change = WindowChange.Rewritten;
        else if (IsBelieved(index))
            Change = WindowChange.Appended;
        return !IsBelieved(index) ? FixVerdict.ImplausibleJump : isNewest && !isBehindNewest ? FixVerdict.Accepted : FixVerdict.Late;
    }

    void Refold()
    {
        _judge.CopyFrom(_before);
        for (var i = 0; i < Count; i++)
        {
            ref var marks = ref _fixes.MarksOf(i);
            switch (_judge.Next(_fixes[i]))
            {
                case Belief.Believed:
                    marks |= FixMarks.Believed;
                    break;
                case Belief.Rejected:
                    marks &= ~FixMarks.Believed;
                    break;
                case Belief.Replaces:
                    BelieveRun(i);
                    break;
            }
        }
    }

    /// <summary>Those that agree are believed now, with the last of them at <paramref name="end"/>; what was believed just before and cannot be true beside them is not.</summary>
    void BelieveRun(int end)
    {
        var start = Math.Max(0, end - FixJudge.RunToReplace + 1);
        for (var i = start; i <= end; i++)
            _fixes.MarksOf(i) = FixMarks.Believed;
        for (var i = start - 1; i >= 0; i--)
        {
            if (!IsBelieved(i))
                continue;
            if (FixJudge.IsPlausible(_fixes[i], _fixes[start]))
                return;
            _fixes.MarksOf(i) = FixMarks.None;
        }
    }

    void LeaveOutdated(FenceMemberships? fences)
    {
        var newest = NewestBelieved();
        if (newest < 0)
            return;
        var oldest = _fixes[newest].At - Span;
        while (_fixes[0].At < oldest)
            Leave(fences);
    }

    void Leave(FenceMemberships? fences)
    {
        ref readonly var fix = ref _fixes[0];
        _before.Next(fix);
        _leftMs = Math.Max(_leftMs, FixGrid.Milliseconds(fix));
        if (IsBelieved(0))
            fences?.Leave(fix, IsQuiet(0));
        _fixes.RemoveOldest();
    }

    /// <summary>Packs the newest <see cref="PackedFixes"/>.</summary>
    /// <returns>Bytes written, at most <see cref="PackedMaxBytes"/>; about 13 a fix.</returns>
    public int WriteTo(Span<byte> destination)
    {
        var writer = new PackedWriter(destination);
        writer.WriteByte(PackedVersion);
        var first = FirstPacked;
        writer.WriteSigned(first > 0 ? FixGrid.Milliseconds(_fixes[first - 1]) : _leftMs);
        var before = _before;
        if (first > 0)
        {
            before = new FixJudge();
            before.CopyFrom(_before);
            for (var i = 0; i < first; i++)
                before.Next(_fixes[i]);
        }
        FixGrid.Write(ref writer, before.ToRing(), 0);
        FixGrid.Write(ref writer, _fixes, first);
        return writer.Length;
    }

    /// <summary>Index of the oldest fix that is packed.</summary>
    internal int FirstPacked => Math.Max(0, Count - PackedFixes);

    /// <exception cref="InvalidDataException"><see cref="WriteTo"/> did not write this.</exception>
    public static FixWindow Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        var version = reader.ReadByte();
        if (version is not (FirstPackedVersion or PackedVersion))
            throw new InvalidDataException($"A packed window is of version {version}, this program reads {FirstPackedVersion} and {PackedVersion}.");
        var window = new FixWindow { _leftMs = reader.ReadSigned() };
        var others = new FixRing(PackedFixes);
        if (version == FirstPackedVersion)
        {
            // Believed ones, then rejected ones.
            FixGrid.Read(ref reader, window._fixes, PackedFixes);
            FixGrid.Read(ref reader, others, FixJudge.RunToReplace);
            for (var i = 0; i < others.Count; i++)
                window._fixes.Insert(window._fixes.IndexFor(others[i]), others[i]);
        }
        else
        {
            FixGrid.Read(ref reader, others, FixJudge.RunToReplace);
            window._before.Load(others);
            FixGrid.Read(ref reader, window._fixes, PackedFixes);
        }
        window.Refold();
        return window;
    }
}
