namespace TrackingSilo.Simulation.Replay;

/// <summary>
/// Finds the pattern of a trip. Where the file lacks the one that the vehicle names (patterns change from week to week, and files hold one week), it takes that of the same
/// route on which the fixes lie, and lie about where the vehicle says it is.
/// </summary>
sealed class PatternMatch
{
    const int SampleMax = 200;
    const double NearMetres = 60;
    const double ShiftMetres = 1_500; // patterns of one week begin a little before or after those of another
    const double ShareNeeded = 0.7;

    readonly Dictionary<string, PatternShape> _shapes;
    readonly Dictionary<(string Route, string Pattern), PatternShape?> _matches = [];

    public PatternMatch(Dictionary<string, PatternShape> shapes, IEnumerable<RecordedFix> fixes)
    {
        _shapes = shapes;
        foreach (var unknown in fixes.Where(fix => fix.IsWhole && fix.Pattern.Length > 0 && !shapes.ContainsKey(fix.Pattern)).GroupBy(fix => (fix.Route, fix.Pattern)))
            _matches.Add(unknown.Key, Best(unknown.Key.Route, Sample([.. unknown])));
    }

    /// <summary>Patterns that were not in the file, and how many of them another was found for.</summary>
    public (int Unknown, int Found) Missing => (_matches.Count, _matches.Values.Count(shape => shape is not null));

    public PatternShape? Of(RecordedFix fix)
        => _shapes.TryGetValue(fix.Pattern, out var shape) ? shape : _matches.GetValueOrDefault((fix.Route, fix.Pattern));

    PatternShape? Best(string route, List<RecordedFix> sample)
    {
        PatternShape? best = null;
        var bestShare = ShareNeeded;
        foreach (var shape in _shapes.Values.Where(shape => shape.Route == route))
        {
            var fitting = sample.Count(fix =>
            {
                var (along, aside) = shape.Project(fix.Place!.Value, fix.DistanceMetres);
                return aside < NearMetres && !(Math.Abs(along - fix.DistanceMetres) > ShiftMetres); // also where the distance is not known
            });
            if (fitting / (double)sample.Count > bestShare)
                (best, bestShare) = (shape, fitting / (double)sample.Count);
        }
        return best;
    }

    static List<RecordedFix> Sample(List<RecordedFix> fixes)
    {
        var every = Math.Max(1, fixes.Count / SampleMax);
        return [.. fixes.Where((_, i) => i % every == 0)];
    }
}
