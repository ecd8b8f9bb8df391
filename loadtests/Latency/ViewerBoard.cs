namespace TrackingSilo.LoadTests.Latency;

/// <summary>What all viewers of this process have noted.</summary>
sealed class ViewerBoard(Schedule schedule)
{
    readonly Random _luck = new(1);
    readonly Lock _gate = new();
    readonly List<string> _complaints = [];
    long _views;
    long _reordered;
    long _older;
    long _lost;
    long _sinceMs;

    public Schedule Schedule => schedule;

    /// <summary>How many may connect at once, as they would come over a network.</summary>
    public SemaphoreSlim Door { get; } = new(32);

    public Histogram Ages { get; } = new();

    public long Views => Interlocked.Read(ref _views);

    /// <summary>Versions that were not above the viewer's last.</summary>
    public long ReorderedCount => Interlocked.Read(ref _reordered);

    /// <summary>Views that showed an older report than the viewer had seen.</summary>
    public long OlderCount => Interlocked.Read(ref _older);

    /// <summary>Connections that ended.</summary>
    public long LostCount => Interlocked.Read(ref _lost);

    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_gate)
                return [.. _complaints];
        }
    }

    /// <summary>Measures from now on.</summary>
    public void Begin()
    {
        Interlocked.Exchange(ref _sinceMs, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Interlocked.Exchange(ref _views, 0);
        Ages.Clear();
    }

    /// <summary>A view shows all reports up to this turn: each of them that had not been shown is as old as it is now.</summary>
    public void Note(int van, long before, long turn)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var shown = before + 1; shown <= turn; shown++)
        {
            var due = schedule.DueMs(van, shown);
            if (due >= Interlocked.Read(ref _sinceMs))
                Ages.Add(now - due);
        }
    }

    public void Viewed() => Interlocked.Increment(ref _views);

    public void Reordered() => Interlocked.Increment(ref _reordered);

    public void Older() => Interlocked.Increment(ref _older);

    public void Lost() => Interlocked.Increment(ref _lost);

    public void Complain(string what)
    {
        lock (_gate)
        {
            if (_complaints.Count < 10)
                _complaints.Add(what);
        }
    }

    public double NextLuck()
    {
        lock (_gate)
            return _luck.NextDouble();
    }
}
