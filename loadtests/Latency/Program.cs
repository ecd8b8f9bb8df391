using System.CommandLine;
using TrackingSilo.LoadTests.Latency;
using TrackingSilo.LoadTests.Measuring;

if (args is ["viewers"])
    return await ViewerProcess.RunAsync();

var viewers = new Option<int>("--viewers") { Description = "Open tracking pages, each on a shipment of its own", DefaultValueFactory = _ => 1_000 };
var reports = new Option<int>("--reports") { Description = "Positions a second, of 5,000 vans", DefaultValueFactory = _ => 20_000 };
var vans = new Option<int>("--vans") { Description = "Vans that report", DefaultValueFactory = _ => 5_000 };
var silent = new Option<int>("--silent") { Description = "Viewers that never read, in the second half", DefaultValueFactory = _ => 200 };
var name = new Option<string>("--name") { Description = "Name of the page of results", DefaultValueFactory = _ => "Latency" };
return await LoadTest.RunAsync(
    args.SkipWhile(argument => argument != "--name").Skip(1).FirstOrDefault() ?? "Latency",
    "From a report in Kafka to the view on a page: the server as it is deployed, its viewers and the broker each in a process of their own.",
    args,
    test => new LatencyRun(test, test.Value(viewers), test.Value(reports), test.Value(vans), test.Value(silent)).MeasureAsync(),
    viewers, reports, vans, silent, name);
