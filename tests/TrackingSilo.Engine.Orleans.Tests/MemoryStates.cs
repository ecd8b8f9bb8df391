using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Storage;
using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Tests;

/// <summary>Grain states in memory that outlive a cluster, with versions as a database keeps them.</summary>
sealed class MemoryStates : IGrainStorage, ISleepers
{
    readonly ConcurrentDictionary<(string State, GrainId Id), (byte[] Bytes, long Version)> _states = new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = _states.TryGetValue((stateName, grainId), out var stored);
        grainState.RecordExists = found;
        grainState.ETag = found ? stored.Version.ToString(CultureInfo.InvariantCulture) : null;
        grainState.State = (T)(object)new GrainBytes { Value = found ? stored.Bytes : [] };
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var bytes = ((GrainBytes)(object)grainState.State!).Value;
        var version = Expected(grainState);
        var written = version == 0
            ? _states.TryAdd((stateName, grainId), (bytes, 1))
            : _states.TryGetValue((stateName, grainId), out var known) && known.Version == version && _states.TryUpdate((stateName, grainId), (bytes, version + 1), known);
        if (!written)
            throw new InconsistentStateException($"{grainId} was written by another activation.");
        grainState.ETag = (version + 1).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = (T)(object)new GrainBytes();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DueActor>> DueAsync(DateTimeOffset due, DueActor? after, int limit, int share, int shares, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<DueActor>>(
        [
            .. _states.Where(state => state.Key.State is "shipment" or "vehicle")
                .Select(state => (Kind: state.Key.State == "shipment" ? ActorKind.Shipment : ActorKind.Vehicle, Key: state.Key.Id.Key.ToString()!, Due: StoredActor.DueOf(state.Value.Bytes)))
                .Where(actor => actor.Due <= due)
                .Select(actor => new DueActor(actor.Kind, actor.Key, actor.Due!.Value))
                .Where(actor => after is not { } last || (actor.DueAt, actor.Kind, actor.Key).CompareTo((last.DueAt, last.Kind, last.Key)) > 0)
                .OrderBy(actor => (actor.DueAt, actor.Kind, actor.Key))
                .Take(limit),
        ]);

    static long Expected<T>(IGrainState<T> state) => state.ETag is { } tag ? long.Parse(tag, CultureInfo.InvariantCulture) : 0;
}
