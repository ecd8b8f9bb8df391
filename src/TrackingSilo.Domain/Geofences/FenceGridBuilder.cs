using System.Runtime.InteropServices;

namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// Builds a <see cref="FenceGrid"/>: draws every border into the cells that it touches, generously, and asks one cell of each run between them whether it is inside.
/// </summary>
sealed class FenceGridBuilder
{
    const int RootSideMax = 1024;
    const int RootSideMin = 16;
    const int ChildSide = 8;
    const int DepthMax = 6;

    // A cell with more borders becomes a grid, unless that would not part them: three cost less than one more look-up.
    const int BordersMax = 3;
    const double PartingShare = 0.75;
    const double CellMinDegrees = 1e-5;

    // What a hostile set of fences (a thousand on one border) may cost: some 30 MB.
    const int EntriesMax = 6_000_000;
    const int CellsMax = 4_000_000;

    // Borders are drawn wider than they are by this share of a cell, which is far more than rounding.
    const double RoomShare = 1e-3;
    const double RoundingDegrees = 1e-13;

    readonly FenceShape[] _shapes;
    readonly List<FenceGrid.Frame> _frames = [];
    readonly List<int> _cells = [];
    readonly List<int> _lists = [0];
    readonly Queue<Pending> _pending = new();
    readonly List<Entry> _entries = [];
    byte[] _touched = [];

    // A grid to be built in the place of a cell.
    readonly record struct Pending(int Cell, DegreeBox Box, int ParentBorders, int Depth);

    readonly record struct Entry(int Cell, int Fence);

    FenceGridBuilder(FenceShape[] shapes) => _shapes = shapes;

    /// <param name="shapes">At least one.</param>
    /// <param name="box">Holds all of them; with some width and height.</param>
    public static FenceGrid Build(FenceShape[] shapes, in DegreeBox box)
    {
        var builder = new FenceGridBuilder(shapes);
        var all = new int[shapes.Length];
        for (var i = 0; i < all.Length; i++)
            all[i] = (i << 1) | FenceGrid.MustAsk;
        builder.AddFrame(box, builder.RootSide(box), all, parentBorders: int.MaxValue, depth: 0);
        while (builder._pending.TryDequeue(out var pending))
            builder.Refine(pending);
        return new FenceGrid([.. builder._frames], [.. builder._cells], [.. builder._lists]);
    }

    /// <summary>A power of two: some cells for each edge, as long as the fences that cover cells do not fill the lists.</summary>
    int RootSide(in DegreeBox box)
    {
        var edges = 0L;
        var covered = 0.0;
        foreach (var shape in _shapes)
        {
            edges += shape.Area?.EdgeCount ?? 32;
            covered += shape.Box.Width / box.Width * (shape.Box.Height / box.Height);
        }
        var side = RootSideMin;
        while (side < RootSideMax && (long)side * side < 4 * edges && 4.0 * side * side * (covered + 1) < EntriesMax)
            side *= 2;
        return side;
    }

    void Refine(in Pending pending)
    {
        if (_lists.Count > EntriesMax || _cells.Count > CellsMax)
            return;
        var list = _cells[pending.Cell];
        var fences = CollectionsMarshal.AsSpan(_lists).Slice(list + 1, _lists[list]).ToArray();
        _cells[pending.Cell] = ~_frames.Count;
        AddFrame(pending.Box, ChildSide, fences, pending.ParentBorders, pending.Depth);
    }

    void AddFrame(in DegreeBox box, int side, ReadOnlySpan<int> fences, int parentBorders, int depth)
    {
        var frame = FenceGrid.Frame.Of(box, side, _cells.Count);
        _frames.Add(frame);
        _entries.Clear();
        foreach (var fence in fences)
        {
            if ((fence & FenceGrid.MustAsk) == 0)
                AddToRun(0, side * side, fence);
            else if (_shapes[fence >> 1].Area is { } area)
                AddArea(frame, area, fence);
            else
                AddCircle(frame, _shapes[fence >> 1], fence);
        }
        AddCells(frame, parentBorders, depth);
    }

    /// <summary>Sorts the entries by cell (they stand in the order of fences, and stay so within a cell) and writes them as lists.</summary>
    void AddCells(in FenceGrid.Frame frame, int parentBorders, int depth)
    {
        var count = frame.Side * frame.Side;
        var starts = new int[count + 1];
        foreach (var entry in _entries)
            starts[entry.Cell + 1]++;
        for (var cell = 0; cell < count; cell++)
            starts[cell + 1] += starts[cell];
        var next = starts[..^1];
        var sorted = new int[_entries.Count];
        foreach (var (cell, fence) in _entries)
        {
            // A circle that goes around the map may come to one cell from both ends.
            if (next[cell] == starts[cell] || sorted[next[cell] - 1] >> 1 != fence >> 1)
                sorted[next[cell]++] = fence;
        }

        for (var cell = 0; cell < count; cell++)
        {
            var fences = sorted.AsSpan(starts[cell], next[cell] - starts[cell]);
            _cells.Add(ListOf(fences, cell > 0 ? _cells[^1] : 0));
            var borders = 0;
            foreach (var fence in fences)
                borders += fence & FenceGrid.MustAsk;
            if (borders <= BordersMax || depth == DepthMax || (depth > 0 && borders > PartingShare * parentBorders))
                continue;
            var box = frame.BoxOf(cell % frame.Side, cell / frame.Side);
            if (Math.Min(box.Width, box.Height) > CellMinDegrees)
                _pending.Enqueue(new Pending(_cells.Count - 1, box, borders, depth + 1));
        }
    }

    /// <summary>Where a list of these fences stands: that of the cell before, if it is the same, or a new one. 0 is the empty list.</summary>
    int ListOf(ReadOnlySpan<int> fences, int before)
    {
        if (fences.IsEmpty)
            return 0;
        if (fences.SequenceEqual(CollectionsMarshal.AsSpan(_lists).Slice(before + 1, _lists[before])))
            return before;
        var list = _lists.Count;
        _lists.Add(fences.Length);
        _lists.AddRange(fences);
        return list;
    }

    void AddToRun(int firstCell, int count, int fence)
    {
        for (var cell = firstCell; cell < firstCell + count; cell++)
            _entries.Add(new Entry(cell, fence));
    }

    void AddArea(in FenceGrid.Frame frame, FenceArea area, int fence)
    {
        var window = CellWindow.Of(frame, new DegreeBox(area.MinX, area.MinY, area.MaxX, area.MaxY));
        if (window.Count == 0)
            return;
        if (_touched.Length < window.Count)
            _touched = new byte[window.Count];
        var touched = _touched.AsSpan(0, window.Count);
        touched.Clear();
        Draw(frame, area, window, touched);
        for (var row = window.FirstRow; row <= window.LastRow; row++)
        {
            var inside = false;
            var known = false;
            for (var column = window.FirstColumn; column <= window.LastColumn; column++)
            {
                var cell = (row * frame.Side) + column;
                if (touched[window.IndexOf(column, row)] != 0)
                {
                    _entries.Add(new Entry(cell, fence));
                    known = false;
                    continue;
                }
                if (!known)
                {
                    // No border touches this cell or the next ones of the run: what holds for one point holds for all.
                    var box = frame.BoxOf(column, row);
                    inside = area.Covers(box.MinX + (box.Width / 2), box.MinY + (box.Height / 2));
                    known = true;
                }
                if (inside)
                    _entries.Add(new Entry(cell, fence & ~FenceGrid.MustAsk));
            }
        }
    }

    static void Draw(in FenceGrid.Frame frame, FenceArea area, in CellWindow window, Span<byte> touched)
    {
        // Only what is near this frame: a sub-grid need not look at a whole coast.
        var room = RoomShare / frame.CellsPerY;
        var last = area.SlabOf(frame.MinY + (frame.Side / frame.CellsPerY) + room);
        for (var slab = area.SlabOf(frame.MinY - room); slab <= last; slab++)
        {
            foreach (var edge in area.EdgesOfSlab(slab))
            {
                var ends = area.Edge(edge);
                DrawEdge(frame, ends[0], ends[1], ends[2], ends[3], window, touched);
            }
        }
    }

    /// <summary>Marks every cell that an edge touches, row by row.</summary>
    static void DrawEdge(in FenceGrid.Frame frame, double x1, double y1, double x2, double y2, in CellWindow window, Span<byte> touched)
    {
        var (roomX, roomY) = (RoomShare / frame.CellsPerX, RoomShare / frame.CellsPerY);
        var (west, east) = (Math.Min(x1, x2), Math.Max(x1, x2));
        var (south, north) = (Math.Min(y1, y2), Math.Max(y1, y2));
        if (east + roomX < frame.MinX || west - roomX > frame.MinX + (frame.Side / frame.CellsPerX)
            || north + roomY < frame.MinY || south - roomY > frame.MinY + (frame.Side / frame.CellsPerY))
        {
            return;
        }
        var slope = (x2 - x1) / (y2 - y1);
        // Where the edge is so flat that rounding moves its crossing with a row's border, it may be anywhere in the row.
        var isFlat = !(Math.Abs(slope) * RoundingDegrees < roomX);
        var lastRow = Math.Min(window.LastRow, frame.RowOf(north + roomY));
        for (var row = Math.Max(window.FirstRow, frame.RowOf(south - roomY)); row <= lastRow; row++)
        {
            var (from, to) = (west, east);
            if (!isFlat)
            {
                var bottom = x1 + ((frame.MinY + (row / frame.CellsPerY) - roomY - y1) * slope);
                var top = x1 + ((frame.MinY + ((row + 1) / frame.CellsPerY) + roomY - y1) * slope);
                from = Math.Max(west, Math.Min(bottom, top));
                to = Math.Min(east, Math.Max(bottom, top));
            }
            var first = Math.Max(window.FirstColumn, frame.ColumnOf(from - roomX));
            var last = Math.Min(window.LastColumn, frame.ColumnOf(to + roomX));
            if (first <= last)
                touched.Slice(window.IndexOf(first, row), last - first + 1).Fill(1);
        }
    }

    void AddCircle(in FenceGrid.Frame frame, FenceShape shape, int fence)
    {
        // Beyond the antimeridian a circle goes on at the other end of the map.
        for (var circle = -360; circle <= 360; circle += 360)
        {
            var window = CellWindow.Of(frame, shape.Box.Moved(circle));
            for (var i = 0; i < window.Count; i++)
            {
                var (column, row) = window.CellOf(i);
                var entry = shape.CircleHolds(frame.BoxOf(column, row)) ? fence & ~FenceGrid.MustAsk : fence;
                _entries.Add(new Entry((row * frame.Side) + column, entry));
            }
        }
    }

    /// <summary>The cells of a frame that a box may touch.</summary>
    readonly record struct CellWindow(int FirstColumn, int FirstRow, int LastColumn, int LastRow)
    {
        static readonly CellWindow None = new(0, 0, -1, -1);

        public int Columns => LastColumn - FirstColumn + 1;

        public int Count => Columns * (LastRow - FirstRow + 1);

        public static CellWindow Of(in FenceGrid.Frame frame, in DegreeBox box)
        {
            var (roomX, roomY) = (RoomShare / frame.CellsPerX, RoomShare / frame.CellsPerY);
            var room = new DegreeBox(box.MinX - roomX, box.MinY - roomY, box.MaxX + roomX, box.MaxY + roomY);
            return room.Meets(new DegreeBox(frame.MinX, frame.MinY, frame.MinX + (frame.Side / frame.CellsPerX), frame.MinY + (frame.Side / frame.CellsPerY)))
                ? new CellWindow(frame.ColumnOf(room.MinX), frame.RowOf(room.MinY), frame.ColumnOf(room.MaxX), frame.RowOf(room.MaxY))
                : None;
        }

        public int IndexOf(int column, int row) => ((row - FirstRow) * Columns) + column - FirstColumn;

        public (int Column, int Row) CellOf(int index) => (FirstColumn + (index % Columns), FirstRow + (index / Columns));
    }
}
