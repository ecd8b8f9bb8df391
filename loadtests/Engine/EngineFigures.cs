using System.Globalization;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Engine.Ports;
using TrackingSilo.LoadTests.Measuring;

namespace TrackingSilo.LoadTests.Engine;

/// <summary>What one fleet cost.</summary>
sealed record EngineFigures(long Reports, Cost Cost, double FenceHitShare, EngineStatistics Before, EngineStatistics After)
{
    // Each vehicle's window is full then, and the code is compiled as it will stay.
    const int WarmReports = 2_000_000;
    const int WarmReportsOfVehicle = 40;

    public double PerCpuSecond => Cost.PerCpuSecond(Reports);

    public double BytesPerReport => Cost.Allocated / (double)Reports;

    public static async Task<EngineFigures> MeasureAsync(GeofenceIndex fences, int vehicles, TimeSpan duration, IProgress<double> progress)
    {
        await using var run = new EngineRun(fences, vehicles);
        await run.StartAsync();
        while (run.Reports < Math.Max(WarmReports, vehicles * WarmReportsOfVehicle))
        {
            await run.PrepareAsync();
            await run.DeliverAsync();
        }
        var (reports, hits, before) = (run.Reports, run.FenceHits, run.Statistics);
        var cost = default(Cost);
        while (cost.Wall < duration)
        {
            await run.PrepareAsync();
            var meter = Cost.Start();
            await run.DeliverAsync();
            var round = meter.Stop();
            cost = new Cost(cost.Cpu + round.Cpu, cost.Wall + round.Wall, cost.Allocated + round.Allocated);
            progress.Report(cost.Wall / duration);
        }
        reports = run.Reports - reports;
        var after = run.Statistics;
        if (after.Verdicts[Domain.Vehicles.FixVerdict.Accepted] != run.Reports)
            throw new InvalidOperationException("Not every report was accepted.");
        return new EngineFigures(reports, cost, (run.FenceHits - hits) / (double)reports, before, after);
    }

    public IReadOnlyList<object> Row(int vehicles) =>
    [
        vehicles.ToString("N0", CultureInfo.InvariantCulture), Text(Reports), Text(PerCpuSecond), Text(Cost.PerSecond(Reports)), BytesPerReport.ToString("0.00", CultureInfo.InvariantCulture),
        FenceHitShare.ToString("P1", CultureInfo.InvariantCulture), Text(After.FencesEntered - Before.FencesEntered), Text(After.StopsDone - Before.StopsDone),
        Text(After.ArrivalsScored - Before.ArrivalsScored), Text(After.Checkpoints - Before.Checkpoints),
    ];

    static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
