using System.CommandLine;
using TrackingSilo.Domain.Time;
using TrackingSilo.Kafka;
using TrackingSilo.Simulation.Sending;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The command line of <c>feed</c>: the simulated city in real time, into a Kafka that is there already.</summary>
static class FeedCommand
{
    public static Command Create()
    {
        var bootstrap = new Option<string>("--bootstrap") { Description = "The brokers, as host:port, several with commas between.", Required = true };
        var prefix = new Option<string>("--prefix") { Description = "Prefix of the topics' names.", DefaultValueFactory = _ => KafkaTopics.DefaultPrefix };
        var seed = new Option<int>("--seed") { Description = "Another seed, another city.", DefaultValueFactory = _ => 1 };
        var vans = new Option<int>("--vans") { Description = "Vans in the city.", DefaultValueFactory = _ => 24 };
        var noFaults = new Option<bool>("--no-faults") { Description = "Everything is sent once, in time and in order." };
        var command = new Command("feed", "Sends a simulated city's messages, in real time, to brokers that are there already.") { bootstrap, prefix, seed, vans, noFaults };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(bootstrap)!, parsed.GetValue(prefix)!,
            new DemoOptions { Seed = parsed.GetValue(seed), Vans = parsed.GetValue(vans), Faults = !parsed.GetValue(noFaults) }, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string bootstrap, string prefix, DemoOptions options, CancellationToken cancellationToken)
    {
        using var sender = new KafkaSender(bootstrap, new KafkaTopics(prefix));
        var city = DemoSource.Make(options, reached: null, TimeProvider.System.GetUtcNow());
        await new Playback(ClockSchedule.Real, TimeProvider.System).PlayAsync(city.Messages(), sender.Send, cancellationToken);
        await sender.FlushAsync(CancellationToken.None);
        foreach (var (reason, count) in sender.Failures)
            await Console.Error.WriteLineAsync($"{count} messages were not taken: {reason}");
        return sender.Failures.Count == 0 ? 0 : 1;
    }
}
