using System.CommandLine;
using TrackingSilo.Simulation.Demo;

return await new RootCommand("Simulated carriers for TrackingSilo.") { DemoCommand.Create() }.Parse(args).InvokeAsync();
