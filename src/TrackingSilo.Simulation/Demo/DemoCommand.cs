using System.CommandLine;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The command line of <c>demo</c>.</summary>
static class DemoCommand
{
    public static Command Create()
    {
        var seconds = new Option<int?>("--seconds") { Description = "End by itself after this many seconds, with one last line of JSON." };
        var port = new Option<int?>("--port") { Description = "Port of the server on 127.0.0.1. Default: a free one." };
        var speed = new Option<double>("--speed") { Description = "Seconds of the played time in a second.", DefaultValueFactory = _ => 60 };
        var seed = new Option<int>("--seed") { Description = "Another seed, another city.", DefaultValueFactory = _ => 1 };
        var vans = new Option<int>("--vans") { Description = "Vans in the city.", DefaultValueFactory = _ => 24 };
        var noFaults = new Option<bool>("--no-faults") { Description = "Everything is sent once, in time and in order." };
        var replay = new Option<string?>("--replay") { Description = "Play the recorded data of this folder instead of the city." };
        var description = new Option<string?>("--description") { Description = "The YAML file that describes that data. Default: one that comes with the program and whose files are in the folder." };
        var data = new Option<string?>("--data") { Description = "Folder for the database, keys and logs. Default: .demo/NAME" };
        var server = new Option<string?>("--server") { Description = "The server's program (a .dll). Default: the one built beside this one." };
        Require(seconds, value => value is null or >= 1, "must be at least 1.");
        Require(vans, value => value is >= 1 and <= 8_000, "must be from 1 to 8000.");
        Require(port, value => value is null or (>= 1 and <= 65_535), "must be from 1 to 65535.");
        Require(speed, value => value is >= 0.1 and <= 100_000, "must be from 0.1 to 100000.");

        var command = new Command("demo", "Starts a development broker, the server, and a simulated city or recorded data that feeds them.")
        {
            seconds, port, speed, seed, vans, noFaults, replay, description, data, server,
        };
        command.SetAction((parsed, cancellationToken) => DemoRun.RunAsync(
            new DemoOptions
            {
                Seconds = parsed.GetValue(seconds), Port = parsed.GetValue(port), Speed = parsed.GetValue(speed), Seed = parsed.GetValue(seed),
                Vans = parsed.GetValue(vans), Faults = !parsed.GetValue(noFaults), Replay = parsed.GetValue(replay),
                Description = parsed.GetValue(description), Data = parsed.GetValue(data), Server = parsed.GetValue(server),
            },
            cancellationToken));
        return command;

        static void Require<T>(Option<T> option, Predicate<T?> valid, string rule) => option.Validators.Add(result =>
        {
            try
            {
                if (!valid(result.GetValueOrDefault<T>()))
                    result.AddError($"{option.Name} {rule}");
            }
            catch (InvalidOperationException e)
            {
                result.AddError(e.Message); // the parser's word for what is no number at all
            }
        });
    }
}
