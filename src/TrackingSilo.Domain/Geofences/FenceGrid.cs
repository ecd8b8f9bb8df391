namespace TrackingSilo.Domain.Geofences;

/// <summary>
/// Cells over the map, each with the fences that cover it wholly and those whose border may cross it; a cell with too many of the latter is a grid of its
/// own. Immutable, flat arrays; made by <see cref="FenceGridBuilder"/>.
/// </summary>
sealed class FenceGrid(FenceGrid.Frame[] frames, int[] cells, int[] lists)
{
    /// <summary>A fence with that mark has to be asked; one without holds the whole cell.</summary>
    public const int MustAsk = 1;

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
    }

    /// <summary>
    /// The fences to think of at a place, each as its ordinal times two, plus <see cref="MustAsk"/>; by ordinal. The first frame holds all fences: for a place outside of it the
    /// nearest cell answers, and those of its fences that must be asked say no, so the caller asks only within.
    /// </summary>
    public ReadOnlySpan<int> At(double x, double y)
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
}
