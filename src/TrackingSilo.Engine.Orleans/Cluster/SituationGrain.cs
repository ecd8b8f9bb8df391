using TrackingSilo.Engine.Orleans.Grains;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Orleans.Cluster;

/// <summary>
/// What all silos and edges together know of the present: whether every partition is read to its end, and who looks at the fleet. In memory only: each reports every second, and who
/// has not for a while does not count.
/// </summary>
public interface ISituationGrain : IGrainWithStringKey
{
    /// <summary>Takes a <see cref="SiloReport"/>, answers the <see cref="ClusterSituation"/>.</summary>
    Task<byte[]> ReportAsync([Immutable] byte[] report, IWatcher watcher);

    /// <summary>Gives vehicles' newest states to every process where somebody looks at the fleet, but the one that says so.</summary>
    Task PublishFleetAsync([Immutable] byte[] vehicles, string from);

    /// <summary>All vehicles in the cluster's memory, one message for each silo.</summary>
    Task<byte[][]> FleetAsync();
}

/// <summary>What one process says of itself.</summary>
/// <param name="Name">Tells it from every other.</param>
/// <param name="Reads">Partitions that it reads; none: it reads nothing, and its input does not count.</param>
/// <param name="All">How many partitions there are, as far as it knows.</param>
/// <param name="HasActors">It is a silo, not an edge.</param>
/// <param name="IsLeaving">It is the last that is heard of it.</param>
sealed record SiloReport(string Name, InputState Input, IReadOnlyList<string> Reads, int All, bool WatchesFleet, bool HasActors, bool IsLeaving);

/// <param name="Input">Of the whole cluster.</param>
/// <param name="FleetWatchedBy">Processes where somebody looks at the fleet.</param>
sealed record ClusterSituation(InputState Input, IReadOnlyList<string> FleetWatchedBy);

sealed class SituationGrain : Grain, ISituationGrain
{
    readonly Dictionary<string, Heard> _heard = new(StringComparer.Ordinal);

    public Task<byte[]> ReportAsync(byte[] report, IWatcher watcher)
    {
        var said = Wire.Read(report, WireJson.Default.SiloReport);
        if (said.IsLeaving)
            _heard.Remove(said.Name);
        else
            _heard[said.Name] = new Heard(said, watcher, TimeProvider.System.GetTimestamp());
        Forget();
        var watched = _heard.Values.Where(heard => heard.Report.WatchesFleet).Select(heard => heard.Report.Name);
        return Task.FromResult(Wire.Write(new ClusterSituation(Input(), [.. watched]), WireJson.Default.ClusterSituation));
    }

    public Task PublishFleetAsync(byte[] vehicles, string from)
    {
        Forget();
        foreach (var heard in _heard.Values.Where(heard => heard.Report.WatchesFleet && heard.Report.Name != from))
            heard.Watcher.PublishFleetAsync(vehicles).Ignore(); // the next state follows
        return Task.CompletedTask;
    }

    public async Task<byte[][]> FleetAsync()
    {
        Forget();
        return await Task.WhenAll(_heard.Values.Where(heard => heard.Report.HasActors).Select(heard => heard.Watcher.FleetAsync()));
    }

    // A partition that nobody reads may hold what would break the silence.
    InputState Input()
    {
        var readers = _heard.Values.Where(heard => heard.Report.Reads.Count > 0).Select(heard => heard.Report).ToList();
        if (readers.Exists(reader => reader.Input == InputState.Unreadable))
            return InputState.Unreadable;
        var read = readers.SelectMany(reader => reader.Reads).Distinct(StringComparer.Ordinal).Count();
        return readers.Count > 0 && readers.TrueForAll(reader => reader.Input == InputState.Live) && read >= readers.Max(reader => reader.All)
            ? InputState.Live
            : InputState.CatchingUp;
    }

    void Forget()
    {
        foreach (var (name, heard) in _heard)
        {
            if (TimeProvider.System.GetElapsedTime(heard.At) > Limits.SiloReportLease)
                _heard.Remove(name);
        }
    }

    sealed record Heard(SiloReport Report, IWatcher Watcher, long At);
}
