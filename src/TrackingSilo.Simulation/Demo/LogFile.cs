namespace TrackingSilo.Simulation.Demo;

/// <summary>A child's log: written to a file line by line, and counted for what should not be in it.</summary>
sealed class LogFile(string path) : IAsyncDisposable
{
    const int TailLines = 20;

    readonly StreamWriter _file = new(path, append: false) { AutoFlush = true };
    readonly Lock _gate = new();
    readonly Queue<string> _tail = new();
    bool _entryCounted;

    public string Path => path;

    /// <summary>Entries that report a failure or hold an exception.</summary>
    public int Exceptions { get; private set; }

    /// <summary>Its last lines.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _tail);
        }
    }

    public async Task CopyAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
            Write(line);
    }

    public void Write(string line)
    {
        lock (_gate)
            Take(line);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    void Take(string line)
    {
        _file.WriteLine(line);
        _tail.Enqueue(line);
        if (_tail.Count > TailLines)
            _tail.Dequeue();
        // The console logger begins an entry at the margin ("fail: Category[0]") and indents the rest of it.
        if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            _entryCounted = false;
        if (_entryCounted || !IsTrouble(line))
            return;
        _entryCounted = true;
        Exceptions++;
    }

    static bool IsTrouble(string line)
        => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)
            || line.Contains("Exception:", StringComparison.Ordinal) || line.StartsWith("Unhandled exception", StringComparison.Ordinal);
}
