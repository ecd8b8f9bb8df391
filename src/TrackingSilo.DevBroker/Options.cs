namespace TrackingSilo.DevBroker;

/// <summary>The command line.</summary>
internal sealed record Options(IReadOnlyList<Topic> Topics, string? PortFile, bool OutlivesInterrupt)
{
    public const string Usage = """
        Kafka for development, in memory, on 127.0.0.1. It lives as long as its standard input is open.

          --topics NAME:PARTITIONS,...   topics to create at the start
          --port-file PATH               write the port there once it listens
          --outlives-interrupt           leave Ctrl-C, which a terminal sends to every process under it, to the parent

        It says   READY bootstrap=127.0.0.1:PORT log=dev-GUID   and then takes, one a line:
          down | up | rtt MILLISECONDS | topic NAME PARTITIONS
        each answered by   OK   or   FAILED reason.
        """;

    /// <returns>Null, and in <paramref name="wrong"/> what is wrong, or nothing when only the usage was asked for.</returns>
    public static Options? Parse(ReadOnlySpan<string> args, out string? wrong)
    {
        wrong = null;
        var topics = new List<Topic>();
        string? portFile = null;
        var outlivesInterrupt = false;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--topics" when value is not null:
                    i++;
                    foreach (var text in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                    {
                        if (!Topic.TryParse(text, out var topic))
                        {
                            wrong = $"'{text}' is no topic: write NAME:PARTITIONS.";
                            return null;
                        }
                        topics.Add(topic);
                    }
                    break;
                case "--port-file" when value is not null:
                    i++;
                    portFile = value;
                    break;
                case "--outlives-interrupt":
                    outlivesInterrupt = true;
                    break;
                case "--help" or "-h":
                    return null;
                default:
                    wrong = $"'{args[i]}' is not understood, or lacks its value.";
                    return null;
            }
        }
        return new Options(topics, portFile, outlivesInterrupt);
    }
}
