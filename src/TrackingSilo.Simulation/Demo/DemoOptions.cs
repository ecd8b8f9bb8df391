namespace TrackingSilo.Simulation.Demo;

/// <summary>What the command line asks for.</summary>
sealed record DemoOptions
{
    /// <summary>Ends by itself after this many seconds; null: runs until it is stopped.</summary>
    public int? Seconds { get; init; }

    /// <summary>Null: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Seconds of domain time in a second.</summary>
    public double Speed { get; init; } = 60;

    public int Seed { get; init; } = 1;
    public int Vans { get; init; } = 24;
    public bool Faults { get; init; } = true;

    /// <summary>Folder of recorded data to play instead of the city.</summary>
    public string? Replay { get; init; }

    /// <summary>What describes that data; null: the description, among those that come with the program, whose files are there.</summary>
    public string? Description { get; init; }

    /// <summary>Where database, keys and logs go; null: a folder of the source's own under <c>.demo</c>.</summary>
    public string? Data { get; init; }

    /// <summary>The server's program; null: the one that was built beside this one.</summary>
    public string? Server { get; init; }
}

/// <summary>Something is not as it must be for the demo to run; the message is for the person at the keyboard.</summary>
sealed class DemoException(string message, int exitCode = 1) : Exception(message)
{
    public const int WrongArguments = 2;

    public int ExitCode => exitCode;
}
