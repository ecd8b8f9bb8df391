using System.CommandLine;
using TrackingSilo.Simulation.Demo;

// On Ctrl-C all children are ended in order, which takes longer than the parser's own two seconds.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await new RootCommand("Simulated carriers for TrackingSilo.") { DemoCommand.Create(), FeedCommand.Create() }.Parse(args).InvokeAsync(invocation);
