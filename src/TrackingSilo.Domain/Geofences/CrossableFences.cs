using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Geofences;

/// <summary>Fences that a way between two fixes may go through, in coarse cells by their boxes. Immutable.</summary>
sealed class CrossableFences
{
    const int Side = 64;

    readonly FenceShape[] _shapes;
    readonly FenceGrid.Frame _frame;
    readonly int[]?[] _cells = new int[Side * Side][];

    /// <param name="shapes">All shapes of an index.</param>
    /// <param name="ordinals">Those to think of; at least one.</param>
    public CrossableFences(FenceShape[] shapes, int[] ordinals)
    {
        _shapes = shapes;
        var box = shapes[ordinals[0]].Box;
        foreach (var ordinal in ordinals)
            box = box.Including(shapes[ordinal].Box);
        _frame = FenceGrid.Frame.Of(box.Wider(1e-4, 1e-4), Side, 0);
        foreach (var ordinal in ordinals)
        {
            var window = CellWindow.Of(_frame, shapes[ordinal].Box);
            for (var i = 0; i < window.Count; i++)
            {
                var (column, row) = window.CellOf(i);
                ref var cell = ref _cells[(row * Side) + column];
                cell = [.. cell ?? [], ordinal];
            }
        }
    }

    public int Find(GeoPoint from, GeoPoint to, Span<int> ordinals, Span<double> shares)
    {
        // A way across the antimeridian looks as long as the Earth is round: no fence is told as crossed on it.
        if (Math.Abs(from.Longitude - to.Longitude) > 180)
            return 0;
        var way = new DegreeBox(
            Math.Min(from.Longitude, to.Longitude), Math.Min(from.Latitude, to.Latitude), Math.Max(from.Longitude, to.Longitude), Math.Max(from.Latitude, to.Latitude));
        var window = CellWindow.Of(_frame, way);
        var count = 0;
        for (var i = 0; i < window.Count; i++)
        {
            var (column, row) = window.CellOf(i);
            foreach (var ordinal in _cells[(row * Side) + column] ?? [])
            {
                if (count == ordinals.Length || ordinals[..count].Contains(ordinal) || !_shapes[ordinal].Box.Meets(way))
                    continue;
                var share = _shapes[ordinal].FirstCrossing(from, to);
                if (double.IsNaN(share))
                    continue;
                ordinals[count] = ordinal;
                shares[count++] = share;
            }
        }
        return count;
    }
}
