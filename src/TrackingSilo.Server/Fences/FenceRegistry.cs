using TrackingSilo.Domain.Geofences;
using TrackingSilo.Engine;

namespace TrackingSilo.Server.Fences;

/// <summary>
/// Which fences are in force: those of files, and those that came through the API, which stand before a file's of the same id; each until it expires. Builds the index off the hot path and
/// swaps it. Every process looks for the store's version once a second, so that all of them see a change.
/// </summary>
sealed class FenceRegistry(FenceFiles files, FenceStore store, KnowledgeSource knowledge, TimeProvider clock, ILogger<FenceRegistry> logger) : BackgroundService
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _one = new(1, 1);
    Dictionary<string, Geofence> _stored = new(StringComparer.Ordinal);
    IReadOnlyList<Geofence> _fromFiles = [];
    long _version;
    bool _changed;
    DateTimeOffset? _nextExpiry;

    /// <exception cref="InvalidOperationException">Files cannot be read; the message says which, where and why.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var (fences, errors) = files.Read();
        if (errors.Count > 0)
            throw new InvalidOperationException($"Geofences cannot be read. {string.Join(" ", errors.Take(5))}");
        _fromFiles = fences;
        _version = await store.VersionAsync(cancellationToken);
        _stored = await store.LoadAsync(cancellationToken);
        Build();
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads the files again. Answers what is wrong with them; then the fences in force stay.</summary>
    public async Task<IReadOnlyList<string>> ReadFilesAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var (fences, errors) = files.Read();
            if (errors.Count > 0)
                return errors;
            _fromFiles = fences;
            _changed = true;
            return [];
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The fence that the API gave this id; null where it gave none, or it has expired.</summary>
    public async Task<Geofence?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _stored.TryGetValue(id, out var fence) && IsInForce(fence, clock.GetUtcNow()) ? fence : null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Sets a fence, or with null takes it away. It is in the store when this completes, and in force within a second in every process.</summary>
    /// <returns>The store's version with it; null where there was nothing to take away, or there are too many.</returns>
    public async Task<long?> SetAsync(string id, Geofence? fence, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            var now = clock.GetUtcNow();
            var next = _stored.Where(entry => IsInForce(entry.Value, now)).ToDictionary(StringComparer.Ordinal);
            if (fence is null ? !next.Remove(id) : !next.ContainsKey(id) && next.Count >= Limits.StoredFencesMax)
                return null;
            if (fence is not null)
                next[id] = fence;
            if (!await store.SaveAsync(id, next.Values, _version + 1, cancellationToken))
                return null;
            (_stored, _version, _changed) = (next, _version + 1, true);
            return _version;
        }
        finally
        {
            _one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    async Task LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            if (_changed || _nextExpiry <= clock.GetUtcNow())
                Build();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.StoreAway(failure);
        }
        finally
        {
            _one.Release();
        }
    }

    async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var version = await store.VersionAsync(cancellationToken);
        if (version == _version)
            return;
        _stored = await store.LoadAsync(cancellationToken);
        (_version, _changed) = (version, true);
    }

    void Build()
    {
        var now = clock.GetUtcNow();
        var inForce = _fromFiles.Concat(_stored.Values).Where(fence => IsInForce(fence, now)).ToList();
        _nextExpiry = inForce.Min(fence => fence.ExpiresAt);
        knowledge.Fenced(GeofenceIndex.Build(inForce));
        _changed = false;
        logger.InForce(knowledge.Current.Fences.Count, _fromFiles.Count, _stored.Count, _version);
    }

    static bool IsInForce(Geofence fence, DateTimeOffset now) => !(fence.ExpiresAt <= now);
}
