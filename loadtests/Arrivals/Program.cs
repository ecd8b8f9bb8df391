using System.CommandLine;
using System.Globalization;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.LoadTests.Arrivals;
using TrackingSilo.LoadTests.Measuring;
using TrackingSilo.Simulation.Replay;

var folder = new Option<string?>("--data") { Description = "Folder of recorded data with true arrivals; default: ../shared/data/madison-bus beside the checkout" };
var described = new Option<string?>("--description") { Description = "How it is to be read, as for the demo's --replay; default: the one of ours that fits" };
var rows = new Option<string?>("--rows") { Description = "A file for every row and what was said about it, as CSV" };

return await LoadTest.RunAsync(
    "Arrivals",
    "Real vehicles, replayed in record order through the engine's vehicles and its learner: how far estimates of arrival are off, and whether windows hold. Every estimate knows only what was recorded before it.",
    args,
    test => test.ProgressAsync<object>("Replaying", progress => Task.Run<object>(() => Measure(test, progress))),
    folder, described, rows);

object Measure(LoadTest test, IProgress<double> progress)
{
    var data = test.Value(folder) ?? Path.Combine(Machine.Checkout(), "..", "shared", "data", "madison-bus");
    var description = test.Value(described) is { } file
        ? DescriptionReader.Read(file)
        : DescriptionReader.Find(data, DescriptionReader.OwnDescriptions) ?? throw new ReplayException($"{data}: no description of ours fits; give --description");
    var recorded = RecordedFleet.Open(data, description);
    using var details = test.Value(rows) is { } path ? new StreamWriter(path) : null;
    var scoring = new Scoring(details);
    var meter = Cost.Start();
    scoring.Run(recorded, progress);
    scoring.Say(test, description.Name, meter.Stop());
    return scoring.Result();
}
