using System.Runtime.InteropServices;
using Kind = TrackingSilo.Domain.Geofences.FenceGrid.Kind;
using Word = TrackingSilo.Domain.Geofences.FenceGrid.Word;

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

    // A cell with more becomes a grid, unless that would not part them: so many edges cost less than one more look-up.
    const int EdgesMax = 20;
    const double PartingShare = 0.75;
    const double CellMinDegrees = 1e-5;

    // What a hostile set of fences (a thousand on one border) may cost: some 50 MB.
    const int EntriesMax = 6_000_000;
    const int ListsMax = 12_000_000;
    const int CellsMax = 4_000_000;

    readonly FenceShape[] _shapes;
    readonly double[] _positions;
    readonly List<FenceGrid.Frame> _frames = [];
    readonly List<int> _cells = [];
    readonly List<int> _lists = [0];
    readonly Queue<Pending> _pending = new();
    readonly List<Entry> _entries = [];
    readonly List<int> _words = [];
    readonly FencePen _pen = new();

    // A grid to be built in the place of a cell.
    readonly record struct Pending(int Cell, DegreeBox Box, int ParentCost, int Depth);

    // Words of one fence for one cell of the frame that is being built.
    readonly record struct Entry(int Cell, int FirstWord, int Words);

    FenceGridBuilder(FenceShape[] shapes, double[] positions) => (_shapes, _positions) = (shapes, positions);

    /// <param name="shapes">At least one.</param>
    /// <param name="positions">Of the areas among them.</param>
    /// <param name="box">Holds all of them; with some width and height.</param>
    public static FenceGrid Build(FenceShape[] shapes, double[] positions, in DegreeBox box)
    {
        var builder = new FenceGridBuilder(shapes, positions);
        builder.AddRoot(box);
        while (builder._pending.TryDequeue(out var pending))
            builder.Refine(pending);
        return new FenceGrid([.. builder._frames], [.. builder._cells], [.. builder._lists], positions, shapes);
    }

    /// <summary>A power of two: some cells for each edge, as long as what is drawn and the fences that cover cells do not fill the lists.</summary>
    int RootSide(in DegreeBox box)
    {
        var (edges, length, covered) = (0L, 0.0, 0.0);
        foreach (var shape in _shapes)
        {
            covered += Math.Min(1, shape.Box.Width / box.Width * (shape.Box.Height / box.Height));
            if (shape.Area is not { } area)
            {
                edges += 32;
                continue;
            }
            edges += area.Edges.Length;
            foreach (var edge in area.Edges)
            {
                var ends = area.Edge(edge);
                length += (Math.Abs(ends[2] - ends[0]) / box.Width) + (Math.Abs(ends[3] - ends[1]) / box.Height);
            }
        }
        var side = RootSideMin;
        while (side < RootSideMax && (long)side * side < 4 * edges && (4.0 * side * side * (covered + 1)) + (2 * side * length) + edges < EntriesMax)
            side *= 2;
        return side;
    }

    void AddRoot(in DegreeBox box)
    {
        var frame = Begin(box, RootSide(box));
        for (var fence = 0; fence < _shapes.Length; fence++)
        {
            var shape = _shapes[fence];
            if (shape.Area is { } area)
                AddArea(frame, fence, area.Edges);
            else if (shape.Corridor is { } corridor)
                AddCorridor(frame, fence, Enumerable.Range(0, corridor.SegmentCount).ToArray());
            else
                AddCircle(frame, fence);
        }
        AddCells(frame, parentCost: int.MaxValue, depth: 0);
    }

    void Refine(in Pending pending)
    {
        if (_lists.Count > ListsMax || _cells.Count > CellsMax)
            return;
        var list = _cells[pending.Cell];
        var words = CollectionsMarshal.AsSpan(_lists).Slice(list + 1, _lists[list]).ToArray();
        _cells[pending.Cell] = ~_frames.Count;
        var frame = Begin(pending.Box, ChildSide);
        for (var i = 0; i < words.Length;)
        {
            var word = new Word((uint)words[i++]);
            var parts = words.AsSpan(i, word.Count);
            i += parts.Length;
            switch (word.Kind)
            {
                case Kind.Inside:
                    var first = AddWord(word);
                    for (var cell = 0; cell < frame.Side * frame.Side; cell++)
                        _entries.Add(new Entry(cell, first, 1));
                    break;
                case Kind.Edges:
                    // The numbers of the edges, without the bits for their ends.
                    foreach (ref var part in parts)
                        part >>= 2;
                    AddArea(frame, word.Ordinal, parts);
                    break;
                case Kind.Segments:
                    AddCorridor(frame, word.Ordinal, parts);
                    break;
                case Kind.Ask when _shapes[word.Ordinal].Area is { } area:
                    AddArea(frame, word.Ordinal, area.Edges);
                    break;
                case Kind.Ask:
                    AddCircle(frame, word.Ordinal);
                    break;
            }
        }
        AddCells(frame, pending.ParentCost, pending.Depth);
    }

    FenceGrid.Frame Begin(in DegreeBox box, int side)
    {
        var frame = FenceGrid.Frame.Of(box, side, _cells.Count);
        _frames.Add(frame);
        _entries.Clear();
        _words.Clear();
        return frame;
    }

    int AddWord(Word word)
    {
        _words.Add((int)word.Bits);
        return _words.Count - 1;
    }

    /// <summary>Sorts the entries by cell (they stand in the order of fences, and stay so within a cell) and writes them as lists.</summary>
    void AddCells(in FenceGrid.Frame frame, int parentCost, int depth)
    {
        var count = frame.Side * frame.Side;
        var starts = new int[count + 1];
        foreach (var entry in _entries)
            starts[entry.Cell + 1]++;
        for (var cell = 0; cell < count; cell++)
            starts[cell + 1] += starts[cell];
        var next = starts[..^1];
        var sorted = new Entry[_entries.Count];
        foreach (var entry in _entries)
            sorted[next[entry.Cell]++] = entry;

        var list = new List<int>();
        for (var cell = 0; cell < count; cell++)
        {
            list.Clear();
            var last = -1;
            foreach (var entry in sorted.AsSpan(starts[cell], starts[cell + 1] - starts[cell]))
            {
                var words = CollectionsMarshal.AsSpan(_words).Slice(entry.FirstWord, entry.Words);
                var fence = new Word((uint)words[0]).Ordinal;
                if (fence != last)
                    list.AddRange(words);
                last = fence;
            }
            _cells.Add(ListOf(CollectionsMarshal.AsSpan(list), cell > 0 ? _cells[^1] : 0));
            var cost = CostOf(CollectionsMarshal.AsSpan(list));
            if (cost <= EdgesMax || depth == DepthMax || (depth > 0 && cost > PartingShare * parentCost))
                continue;
            var box = frame.BoxOf(cell % frame.Side, cell / frame.Side);
            if (Math.Min(box.Width, box.Height) > CellMinDegrees)
                _pending.Enqueue(new Pending(_cells.Count - 1, box, cost, depth + 1));
        }
    }

    static int CostOf(ReadOnlySpan<int> words)
    {
        var cost = 0;
        for (var i = 0; i < words.Length;)
        {
            var word = new Word((uint)words[i++]);
            i += word.Count;
            // A circle's distance takes as long as several edges.
            cost += word.Kind switch { Kind.Inside => 0, Kind.Edges => 1 + word.Count, _ => 5 * (1 + word.Count) };
        }
        return cost;
    }

    /// <summary>Where a list of these words stands: that of the cell before, if it is the same, or a new one. 0 is the empty list.</summary>
    int ListOf(ReadOnlySpan<int> words, int before)
    {
        if (words.IsEmpty)
            return 0;
        if (words.SequenceEqual(CollectionsMarshal.AsSpan(_lists).Slice(before + 1, _lists[before])))
            return before;
        var list = _lists.Count;
        _lists.Add(words.Length);
        _lists.AddRange(words);
        return list;
    }

    void AddArea(in FenceGrid.Frame frame, int fence, ReadOnlySpan<int> edges)
    {
        var area = _shapes[fence].Area!;
        if (!_pen.Draw(frame, area, edges))
            return;
        var insideWord = -1;
        for (var row = _pen.Window.FirstRow; row <= _pen.Window.LastRow; row++)
        {
            var inside = false;
            var known = false;
            for (var column = _pen.Window.FirstColumn; column <= _pen.Window.LastColumn; column++)
            {
                var cell = (row * frame.Side) + column;
                var drawn = _pen.EdgesAt(column, row);
                if (!drawn.IsEmpty)
                {
                    AddBorder(frame.BoxOf(column, row), cell, fence, area, drawn);
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
                if (!inside)
                    continue;
                if (insideWord < 0)
                    insideWord = AddWord(new Word(fence, Kind.Inside));
                _entries.Add(new Entry(cell, insideWord, 1));
            }
        }
    }

    /// <summary>Writes a cell's edges, each with its ends that lie east, and finds the constant by asking the whole area about one point.</summary>
    void AddBorder(in DegreeBox box, int cell, int fence, FenceArea area, ReadOnlySpan<int> edges)
    {
        var first = _words.Count;
        if (edges.Length > FenceGrid.EdgesMax)
        {
            _entries.Add(new Entry(cell, AddWord(new Word(fence, Kind.Ask)), 1));
            return;
        }
        AddWord(default);
        var middle = box.MinX + (box.Width / 2);
        foreach (var edge in edges)
        {
            var ends = area.Edge(edge);
            _words.Add((edge << 2) | (ends[0] > middle ? FenceGrid.StartIsEast : 0) | (ends[2] > middle ? FenceGrid.EndIsEast : 0));
        }
        // A point on an edge tells nothing: try another one.
        var side = FenceGrid.Side.On;
        for (var tried = 0; side == FenceGrid.Side.On && tried < 5; tried++)
        {
            var (x, y) = (middle + (box.Width * 0.0917 * tried), box.MinY + (box.Height * (0.5 - (0.0713 * tried))));
            side = FenceGrid.EdgesHold(_positions, CollectionsMarshal.AsSpan(_words)[(first + 1)..], constant: false, x, y);
            if (side != FenceGrid.Side.On)
                _words[first] = (int)new Word(fence, Kind.Edges, edges.Length, constant: area.Covers(x, y) != (side == FenceGrid.Side.In)).Bits;
        }
        if (side == FenceGrid.Side.On)
        {
            _words[first] = (int)new Word(fence, Kind.Ask).Bits;
            CollectionsMarshal.SetCount(_words, first + 1);
        }
        _entries.Add(new Entry(cell, first, _words.Count - first));
    }

    void AddCircle(in FenceGrid.Frame frame, int fence)
    {
        var shape = _shapes[fence];
        var (inside, ask) = (AddWord(new Word(fence, Kind.Inside)), AddWord(new Word(fence, Kind.Ask)));
        // Beyond the antimeridian a circle goes on at the other end of the map; a wide one may come to a cell from both ends.
        for (var circle = -360; circle <= 360; circle += 360)
        {
            var window = CellWindow.Of(frame, shape.Box.Moved(circle));
            for (var i = 0; i < window.Count; i++)
            {
                var (column, row) = window.CellOf(i);
                _entries.Add(new Entry((row * frame.Side) + column, shape.CircleHolds(frame.BoxOf(column, row)) ? inside : ask, 1));
            }
        }
    }

    void AddCorridor(in FenceGrid.Frame frame, int fence, ReadOnlySpan<int> segments)
    {
        var corridor = _shapes[fence].Corridor!;
        var near = new SortedDictionary<int, List<int>>();
        foreach (var segment in segments)
        {
            var box = corridor.BoxOf(segment);
            for (var circle = -360; circle <= 360; circle += 360)
            {
                var window = CellWindow.Of(frame, box.Moved(circle));
                for (var i = 0; i < window.Count; i++)
                {
                    var (column, row) = window.CellOf(i);
                    if (!corridor.MayTouch(segment, frame.BoxOf(column, row)))
                        continue;
                    var cell = (row * frame.Side) + column;
                    if (!near.TryGetValue(cell, out var list))
                        near[cell] = list = [];
                    if (list.Count == 0 || list[^1] != segment)
                        list.Add(segment);
                }
            }
        }
        foreach (var (cell, list) in near)
        {
            var first = list.Count <= FenceGrid.EdgesMax ? AddWord(new Word(fence, Kind.Segments, list.Count)) : AddWord(new Word(fence, Kind.Ask));
            if (list.Count <= FenceGrid.EdgesMax)
                _words.AddRange(list);
            _entries.Add(new Entry(cell, first, _words.Count - first));
        }
    }
}
