using System.CommandLine;
using TrackingSilo.LoadTests.Geofence;
using TrackingSilo.LoadTests.Measuring;

var equality = new Option<int>("--equality")
{
    Description = "Random points, over all sets of fences, whose answers are compared; a tenth as many lie within 1e-9 degrees of edges and vertices",
    DefaultValueFactory = _ => 400_000,
};

return await LoadTest.RunAsync(
    "Geofence",
    "Which fences hold a place: our index against STRtree with prepared geometries and against a linear scan, both NetTopologySuite's. Lookups a second of processor time, one thread.",
    args,
    test =>
    {
        var sets = FenceSet.All().ToList();
        var points = test.Value(equality) / sets.Count;
        var results = new List<SetResult>();
        foreach (var set in sets)
            results.Add(test.ProgressAsync(set.Name, progress => Task.Run(() => Contest.Run(set, test.Duration(2), points, progress))).GetAwaiter().GetResult());
        test.Table(
            ["fences", "mean hits", "ours", "STRtree + prepared", "times", "STRtree + point locator", "times", "linear + prepared", "times", "bytes a lookup", "build, CPU s", "compared", "mismatches"],
            results.Select(IReadOnlyList<object> (r) =>
            [
                r.Set.Name, $"{r.MeanHits:0.00}", $"{r.Ours:n0}", $"{r.Prepared:n0}", $"{r.Ours / r.Prepared:0.0}", $"{r.Locator:n0}", $"{r.Ours / r.Locator:0.0}", $"{r.Linear:n0}",
                $"{r.Ours / r.Linear:n0}", $"{r.BytesPerLookup:0.##}", $"{r.BuildCpuSeconds:0.00}", $"{r.Compared:n0}", r.Mismatches,
            ]));
        test.Say("The point locator is what a prepared polygon asks inside (`IndexedPointInAreaLocator`), without the geometries that it makes around each question: more than the public door offers.");
        test.Say("");
        test.Say("A walk of 400 fixes along a border, with noise in both directions; events of 50 walks:");
        test.Say("");
        test.Table(["noise, m", "accuracy as sent, m", "by raw containment, least – median – most", "with our rules, most entered", "most exited"], BorderWalk.Rows());
        double Speedup(string name) => results.Where(r => r.Set.Name == name).Select(r => r.Ours / r.Prepared).DefaultIfEmpty(double.NaN).First();
        var synthetic = results.Where(r => r.Set.IsSynthetic).ToList();
        return Task.FromResult<object>(new
        {
            LookupsPerCpuSecond = Math.Round(synthetic.Average(r => r.Ours)),
            SpeedupSparse = Math.Round(Speedup(FenceSet.Sparse), 1),
            SpeedupOne = Math.Round(Speedup(FenceSet.One), 1),
            SpeedupDense = Math.Round(Speedup(FenceSet.Dense), 1),
            SpeedupReal = results.Where(r => !r.Set.IsSynthetic).Select(r => Math.Round(r.Ours / r.Prepared, 1)).ToArray(),
            Compared = results.Sum(r => r.Compared),
            Mismatches = results.Sum(r => r.Mismatches),
            BytesPerLookup = Math.Round(results.Max(r => r.BytesPerLookup), 2),
            BuildCpuSeconds = Math.Round(results.Max(r => r.BuildCpuSeconds), 2),
        });
    },
    equality);
