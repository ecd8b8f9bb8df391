using TrackingSilo.Domain.Vehicles;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Tests;

/// <summary>An engine under test, with what a test needs to do to it.</summary>
public abstract class EngineHost : IAsyncDisposable
{
    public abstract ITrackingEngine Engine { get; }

    /// <summary>Takes an actor out of memory with all that is not durable.</summary>
    public abstract Task DropAsync(ActorKind kind, string key);

    /// <summary>Returns when due timers have run, sleepers are awake, and nothing is on its way between actors.</summary>
    public abstract Task SettleAsync();

    /// <summary>Ends the engine as a crash would: nothing more is saved.</summary>
    public abstract Task CrashAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>What outlives an engine: the clock, the store, who looks and who sends.</summary>
public sealed class EngineWorld : IDisposable
{
    public static readonly DateTimeOffset Morning = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Clock { get; } = new(Morning);
    public RecordingSink Sink { get; } = new();
    public RecordingOutbox Outbox { get; } = new();
    public RecordingFenceLog FenceLog { get; } = new();
    public GeofenceIndex Fences { get; set; } = GeofenceIndex.Empty;

    /// <summary>For stores that live in files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("engine-").FullName;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Keeps all that was published, in order.</summary>
public sealed class RecordingSink : IUpdateSink
{
    readonly Lock _lock = new();
    readonly List<PublishedView> _views = [];
    readonly List<VehicleView> _vehicles = [];

    public bool FleetIsWatched { get; set; }

    public IReadOnlyList<PublishedView> Views
    {
        get
        {
            lock (_lock)
                return [.. _views];
        }
    }

    public IReadOnlyList<VehicleView> Vehicles
    {
        get
        {
            lock (_lock)
                return [.. _vehicles];
        }
    }

    public void Publish(PublishedView view)
    {
        lock (_lock)
            _views.Add(view);
    }

    public void Publish(in VehicleView view)
    {
        lock (_lock)
            _vehicles.Add(view);
    }
}

/// <summary>Keeps all that happened at fences, in order.</summary>
public sealed class RecordingFenceLog : IFenceLog
{
    readonly Lock _lock = new();
    readonly List<(VehicleId Vehicle, FenceEvent Event)> _events = [];

    public IReadOnlyList<(VehicleId Vehicle, FenceEvent Event)> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    /// <summary>Whether the next flush fails.</summary>
    public bool IsAway { get; set; }

    public void Append(VehicleId vehicle, in FenceEvent happened, Geofence? fence)
    {
        lock (_lock)
            _events.Add((vehicle, happened));
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken)
        => IsAway ? ValueTask.FromException(new IOException("The topic is away.")) : ValueTask.CompletedTask;
}

/// <summary>Keeps all that was handed over.</summary>
public sealed class RecordingOutbox : IOutbox
{
    readonly Lock _lock = new();
    readonly List<(ShipmentId Shipment, OutboxEntry Entry)> _entries = [];

    /// <summary>Whether there is no room.</summary>
    public bool IsFull { get; set; }

    public IReadOnlyList<(ShipmentId Shipment, OutboxEntry Entry)> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    public bool TryEnqueue(ShipmentId id, IReadOnlyList<OutboxEntry> entries)
    {
        if (IsFull)
            return false;
        lock (_lock)
            _entries.AddRange(entries.Select(entry => (id, entry)));
        return true;
    }
}
