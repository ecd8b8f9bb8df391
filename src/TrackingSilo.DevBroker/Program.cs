using System.Globalization;
using System.Runtime.InteropServices;

namespace TrackingSilo.DevBroker;

internal static class Program
{
    private static Task<int> Main(string[] args) => RunAsync(args, () => new MockCluster(), Console.Error);

    internal static async Task<int> RunAsync(string[] args, Func<MockCluster> open, TextWriter error)
    {
        if (Options.Parse(args, out var wrong) is not { } options)
        {
            (wrong is null ? Console.Out : error).WriteLine(wrong is null ? Options.Usage : wrong + "\n\n" + Options.Usage);
            return wrong is null ? 0 : 2;
        }
        try
        {
            using var cluster = open();
            return await ServeAsync(cluster, options, error);
        }
        catch (DllNotFoundException)
        {
            error.WriteLine("There is no librdkafka on this machine. Install it: apt-get install librdkafka1");
            return 3;
        }
    }

    private static async Task<int> ServeAsync(MockCluster cluster, Options options, TextWriter error)
    {
        foreach (var topic in options.Topics)
        {
            if (cluster.Create(topic) is { } reason)
            {
                error.WriteLine($"Topic {topic} was not created: {reason}");
                return 1;
            }
        }
        if (options.PortFile is { } file)
            await File.WriteAllTextAsync(file, cluster.Bootstrap[(cluster.Bootstrap.LastIndexOf(':') + 1)..]);

        var ended = new TaskCompletionSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, true));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, !options.OutlivesInterrupt));

        // The log is new at each start, for so are its offsets: whoever remembers positions must be able to tell.
        Say($"READY bootstrap={cluster.Bootstrap} log=dev-{Guid.NewGuid():N}");
        var obeying = Task.Run(() => Obey(cluster));
        await Task.WhenAny(ended.Task, obeying);
        return 0;

        void End(PosixSignalContext signal, bool ends)
        {
            signal.Cancel = true; // not the runtime's way of ending: the cluster is closed first
            if (ends)
                ended.TrySetResult();
        }
    }

    private static void Obey(MockCluster cluster)
    {
        while (Console.In.ReadLine() is { } line)
        {
            var reason = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
            {
                ["down"] => cluster.TakeDown(),
                ["up"] => cluster.BringUp(),
                ["rtt", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                    => cluster.SetRoundTrip(milliseconds),
                ["topic", var name, var partitions] when Topic.TryParse($"{name}:{partitions}", out var topic) => cluster.Create(topic),
                _ => $"'{line}' is no command",
            };
            Say(reason is null ? "OK" : "FAILED " + reason);
        }
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
