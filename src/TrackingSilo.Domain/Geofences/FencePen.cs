using System.Runtime.InteropServices;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Draws one area's edges into the cells of a frame that they touch, and keeps them by cell until the next drawing.</summary>
sealed class FencePen
{
    /// <summary>Borders are drawn wider than they are by this share of a cell, which is far more than rounding.</summary>
    public const double RoomShare = 1e-3;

    const double RoundingDegrees = 1e-13;

    readonly List<(int Cell, int Edge)> _drawn = [];
    int[] _starts = [];
    int[] _edges = [];

    public CellWindow Window { get; private set; }

    /// <summary>False where the area does not come near the frame.</summary>
    public bool Draw(in FenceGrid.Frame frame, FenceArea area, ReadOnlySpan<int> edges)
    {
        Window = CellWindow.Of(frame, area.Box);
        if (Window.Count == 0)
            return false;
        _drawn.Clear();
        foreach (var edge in edges)
        {
            var ends = area.Edge(edge);
            DrawEdge(frame, edge, ends[0], ends[1], ends[2], ends[3]);
        }
        SortByCell();
        return true;
    }

    /// <summary>Edges that touch a cell of the window, in their order.</summary>
    public ReadOnlySpan<int> EdgesAt(int column, int row)
    {
        var cell = Window.IndexOf(column, row);
        return _edges.AsSpan(_starts[cell], _starts[cell + 1] - _starts[cell]);
    }

    /// <summary>Notes every cell that an edge touches, row by row.</summary>
    void DrawEdge(in FenceGrid.Frame frame, int edge, double x1, double y1, double x2, double y2)
    {
        var (roomX, roomY) = (RoomShare / frame.CellsPerX, RoomShare / frame.CellsPerY);
        var (west, east) = (Math.Min(x1, x2), Math.Max(x1, x2));
        var (south, north) = (Math.Min(y1, y2), Math.Max(y1, y2));
        if (!frame.Box.Wider(roomX, roomY).Meets(new DegreeBox(west, south, east, north)))
            return;
        var slope = (x2 - x1) / (y2 - y1);
        // Where the edge is so flat that rounding moves its crossing with a row's border, it may be anywhere in the row.
        var isFlat = !(Math.Abs(slope) * RoundingDegrees < roomX);
        var lastRow = Math.Min(Window.LastRow, frame.RowOf(north + roomY));
        for (var row = Math.Max(Window.FirstRow, frame.RowOf(south - roomY)); row <= lastRow; row++)
        {
            var (from, to) = (west, east);
            if (!isFlat)
            {
                var bottom = x1 + ((frame.MinY + (row / frame.CellsPerY) - roomY - y1) * slope);
                var top = x1 + ((frame.MinY + ((row + 1) / frame.CellsPerY) + roomY - y1) * slope);
                from = Math.Max(west, Math.Min(bottom, top));
                to = Math.Min(east, Math.Max(bottom, top));
            }
            var last = Math.Min(Window.LastColumn, frame.ColumnOf(to + roomX));
            for (var column = Math.Max(Window.FirstColumn, frame.ColumnOf(from - roomX)); column <= last; column++)
                _drawn.Add((Window.IndexOf(column, row), edge));
        }
    }

    void SortByCell()
    {
        var cells = Window.Count;
        if (_starts.Length < cells + 1)
            _starts = new int[cells + 1];
        if (_edges.Length < _drawn.Count)
            _edges = new int[_drawn.Count];
        var starts = _starts.AsSpan(0, cells + 1);
        starts.Clear();
        var drawn = CollectionsMarshal.AsSpan(_drawn);
        foreach (var (cell, _) in drawn)
            starts[cell]++;
        var sum = 0;
        for (var cell = 0; cell <= cells; cell++)
        {
            sum += starts[cell];
            starts[cell] = sum;
        }
        // From the last to the first, so that each start ends where it should and edges keep their order.
        for (var i = drawn.Length - 1; i >= 0; i--)
            _edges[--starts[drawn[i].Cell]] = drawn[i].Edge;
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
        var room = box.Wider(FencePen.RoomShare / frame.CellsPerX, FencePen.RoomShare / frame.CellsPerY);
        return room.Meets(frame.Box)
            ? new CellWindow(frame.ColumnOf(room.MinX), frame.RowOf(room.MinY), frame.ColumnOf(room.MaxX), frame.RowOf(room.MaxY))
            : None;
    }

    public int IndexOf(int column, int row) => ((row - FirstRow) * Columns) + column - FirstColumn;

    public (int Column, int Row) CellOf(int index) => (FirstColumn + (index % Columns), FirstRow + (index / Columns));
}
