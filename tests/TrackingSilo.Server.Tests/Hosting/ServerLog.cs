namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>What one server process says: kept whole, and waited on.</summary>
sealed class ServerLog
{
    static readonly string[] s_troubles = ["fail: ", "crit: "];

    readonly Lock _gate = new();
    readonly List<string> _lines = [];
    readonly List<(string Text, TaskCompletionSource<string> Seen)> _awaited = [];

    /// <summary>Everything said so far.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>Its last lines.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _lines.TakeLast(30));
        }
    }

    /// <summary>Lines that name an exception or are of its stack.</summary>
    public IReadOnlyList<string> Exceptions
    {
        get
        {
            lock (_gate)
                return [.. _lines.Where(IsOfException)];
        }
    }

    /// <summary>Those, and what is reported as an error without one.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_gate)
                return [.. _lines.Where((line, i) => IsOfException(line) || IsError(line) || (i > 0 && IsError(_lines[i - 1])))];
        }
    }

    public bool Contains(string text)
    {
        lock (_gate)
            return _lines.Exists(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Completes with the first line that contains this text; also one said before.</summary>
    public Task<string> LineWith(string text)
    {
        lock (_gate)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } said)
                return Task.FromResult(said);
            var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, seen));
            return seen.Task;
        }
    }

    public async Task CopyAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Add(line);
                foreach (var (text, seen) in _awaited)
                {
                    if (line.Contains(text, StringComparison.Ordinal))
                        seen.TrySetResult(line);
                }
            }
        }
    }

    static bool IsOfException(string line)
        => line.Contains("Exception:", StringComparison.Ordinal) || line.StartsWith("Unhandled exception", StringComparison.Ordinal) || line.TrimStart().StartsWith("at TrackingSilo.", StringComparison.Ordinal);

    static bool IsError(string line) => Array.Exists(s_troubles, trouble => line.StartsWith(trouble, StringComparison.Ordinal));
}
