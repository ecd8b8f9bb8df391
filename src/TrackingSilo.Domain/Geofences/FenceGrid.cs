using System.Runtime.CompilerServices;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// Cells over the map, each with the fences that cover it wholly and, of those whose border may cross it, the edges that do; a cell with too many edges is a grid of
/// its own. Immutable, flat arrays, so that a look-up touches little memory; made by <see cref="FenceGridBuilder"/>.
/// <para>
/// A list begins with its length. Then, by ordinal, come entries: one word (<see cref="Word"/>), followed by as many edges or segments as it says.
/// </para>
/// <para>
/// An area's edges in a cell decide alone. Seen from a point of the cell, a ray to the east crosses the rest of the border, which comes nowhere near the cell, in chains. The
/// parity of a chain's crossings changes only where the ray passes an end of it that lies east, which is an end of a listed edge: so each such end turns the count when it
/// lies above the ray (<see cref="StartIsEast"/>, <see cref="EndIsEast"/>; an end that two listed edges share turns it twice). What is left is the same for all of the cell: the word's
/// <see cref="Word.Constant"/>. No number is rounded in all this, so the answer is that of the whole area.
/// </para>
/// </summary>
sealed class FenceGrid(FenceGrid.Frame[] frames, int[] cells, int[] lists, double[] positions, FenceShape[] shapes)
{
    /// <summary>Fences that a word can name.</summary>
    public const int FencesMax = 1 << (32 - OrdinalShift);

    /// <summary>Edges of one fence in one cell; a fence with more is asked as a whole there.</summary>
    public const int EdgesMax = (1 << (OrdinalShift - CountShift)) - 1;

    /// <summary>An edge's ends that lie east of the cell's middle, in the two lowest bits of its number.</summary>
    public const int StartIsEast = 1;
    public const int EndIsEast = 2;

    const uint KindMask = 3;
    const uint ConstantBit = 4;
    const int CountShift = 3;
    const int OrdinalShift = 12;

    /// <summary>What an entry says of a fence and its cell.</summary>
    public enum Kind : uint
    {
        /// <summary>It holds the whole cell.</summary>
        Inside,

        /// <summary>An area whose listed edges decide.</summary>
        Edges,

        /// <summary>A corridor whose listed segments decide.</summary>
        Segments,

        /// <summary>The shape has to be asked.</summary>
        Ask,
    }

    /// <summary>The first word of an entry.</summary>
    public readonly record struct Word(uint Bits)
    {
        public Word(int ordinal, Kind kind, int count = 0, bool constant = false)
            : this(((uint)ordinal << OrdinalShift) | ((uint)count << CountShift) | (constant ? ConstantBit : 0) | (uint)kind)
        {
        }

        public int Ordinal => (int)(Bits >> OrdinalShift);
        public Kind Kind => (Kind)(Bits & KindMask);
        public bool Constant => (Bits & ConstantBit) != 0;
        public int Count => (int)(Bits >> CountShift) & EdgesMax;
    }

    /// <summary>One grid of <c>Side × Side</c> cells.</summary>
    public readonly record struct Frame(double MinX, double MinY, double CellsPerX, double CellsPerY, int Side, int FirstCell)
    {
        public static Frame Of(in DegreeBox box, int side, int firstCell)
            => new(box.MinX, box.MinY, side / box.Width, side / box.Height, side, firstCell);

        /// <summary>The column of a longitude, or the nearest that there is. It never falls where the longitude grows.</summary>
        public int ColumnOf(double x) => (int)Math.Clamp((x - MinX) * CellsPerX, 0, Side - 1);

        public int RowOf(double y) => (int)Math.Clamp((y - MinY) * CellsPerY, 0, Side - 1);

        public DegreeBox BoxOf(int column, int row)
            => new(MinX + (column / CellsPerX), MinY + (row / CellsPerY), MinX + ((column + 1) / CellsPerX), MinY + ((row + 1) / CellsPerY));

        public DegreeBox Box => new(MinX, MinY, MinX + (Side / CellsPerX), MinY + (Side / CellsPerY));
    }

    /// <summary>The fences that hold a place, by ordinal, as many as there is room for. The place has to lie in the first frame, which holds all fences.</summary>
    public int Find(GeoPoint place, Span<int> hits)
    {
        var (x, y) = (place.Longitude, place.Latitude);
        var list = ListAt(x, y);
        var count = 0;
        for (var i = 0; i < list.Length;)
        {
            var word = new Word((uint)list[i++]);
            var holds = true;
            if (word.Kind != Kind.Inside)
            {
                var parts = list.Slice(i, word.Count);
                i += parts.Length;
                holds = word.Kind == Kind.Edges ? EdgesHold(positions, parts, word.Constant, x, y) != Side.Out : AskShape(word, parts, place);
            }
            if (!holds)
                continue;
            if (count == hits.Length)
                break;
            hits[count++] = word.Ordinal;
        }
        return count;
    }

    /// <summary>Where a point is, as far as the edges of its cell say.</summary>
    public enum Side : byte
    {
        Out,
        In,
        On,
    }

    public static Side EdgesHold(double[] positions, ReadOnlySpan<int> edges, bool constant, double x, double y)
    {
        var inside = constant;
        foreach (var edge in edges)
        {
            var ends = positions.AsSpan((edge >> 2) * 2, 4);
            var (x1, y1, x2, y2) = (ends[0], ends[1], ends[2], ends[3]);
            inside ^= ((edge & StartIsEast) != 0 & y1 > y) ^ ((edge & EndIsEast) != 0 & y2 > y);
            if (x1 < x && x2 < x)
                continue;
            var crossing = FenceArea.Cross(x1, y1, x2, y2, x, y);
            if (crossing == Crossing.On)
                return Side.On;
            inside ^= crossing == Crossing.Yes;
        }
        return inside ? Side.In : Side.Out;
    }

    ReadOnlySpan<int> ListAt(double x, double y)
    {
        ref readonly var frame = ref frames[0];
        while (true)
        {
            var cell = cells[frame.FirstCell + (frame.RowOf(y) * frame.Side) + frame.ColumnOf(x)];
            if (cell >= 0)
                return lists.AsSpan(cell + 1, lists[cell]);
            frame = ref frames[~cell];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool AskShape(Word word, ReadOnlySpan<int> segments, GeoPoint place)
    {
        var shape = shapes[word.Ordinal];
        return word.Kind == Kind.Segments ? shape.Corridor!.Holds(segments, place) : shape.Holds(place);
    }
}
