using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Simulation;
using TrackingSilo.Simulation.Sending;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>
/// A seeded city with all its faults that is sent through Kafka: first at once what happened before, then its last half hour (or longer) at <see cref="Speed"/> times real time.
/// It keeps account of how often each actor has been spoken to.
/// </summary>
sealed class CityRun : IDisposable
{
    public const double Speed = 100;

    static readonly TimeSpan s_lead = TimeSpan.FromSeconds(3); // about what a server takes to start

    readonly City _city;
    readonly TimeSpan _lasts;
    readonly List<SimulatedMessage> _messages;
    readonly KafkaSender _sender;
    readonly Dictionary<string, long> _shipments = [];
    readonly Dictionary<string, long> _vehicles = [];
    readonly SortedList<int, TaskCompletionSource> _awaited = [];
    int _sent;

    public CityRun(int seed, TestBroker broker, int vans = 6, int minutes = 30)
    {
        _lasts = TimeSpan.FromMinutes(minutes);
        _city = City.FromSeed(seed).With(Fault.All).WithVans(vans);
        Clock = new ClockSchedule { DomainStart = _city.StartsAt, RealStart = TimeProvider.System.GetUtcNow() + s_lead, Speed = Speed, Skips = _city.Skips };
        _messages = [.. _city.Messages().TakeWhile(message => message.SendAt < EndsAt)];
        _sender = new KafkaSender(broker.Bootstrap, TestBroker.Topics);
    }

    public ClockSchedule Clock { get; }

    public DateTimeOffset EndsAt => _city.StartsAt + _lasts;

    public Ledger Ledger { get; } = new();

    public string? Fences => _city.Fences;

    /// <summary>Messages in all, and how many of them lie in the past when it begins.</summary>
    public int Count => _messages.Count;

    public int CountBefore => _messages.FindIndex(message => message.SendAt >= _city.StartsAt);

    /// <summary>By shipment: messages that a server has to apply, copies and late ones too.</summary>
    public IReadOnlyDictionary<string, long> Shipments => _shipments;

    public IReadOnlyDictionary<string, long> Vehicles => _vehicles;

    /// <summary>Parcels that are on their way soon, and of which nothing is ever taken back.</summary>
    public IReadOnlyList<ShipmentId> WorthWatching(int count)
    {
        var takenBack = _messages.Select(message => message.Fact).OfType<ScanFact>().Where(scan => scan.Retracts is not null).Select(scan => scan.Shipment).ToHashSet();
        return [.. _city.Tours(0).SelectMany(tour => tour.Stops)
            .Where(stop => stop.ArrivesAt > _city.StartsAt + TimeSpan.FromMinutes(5))
            .OrderBy(stop => stop.ArrivesAt)
            .SelectMany(stop => stop.Shipments)
            .Where(shipment => !takenBack.Contains(shipment))
            .Take(count)];
    }

    /// <summary>Completes when so many messages have been handed to the producer. To be asked for before <see cref="PlayAsync"/>.</summary>
    public Task Sent(int messages)
    {
        if (!_awaited.TryGetValue(messages, out var reached))
            _awaited.Add(messages, reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return reached.Task;
    }

    /// <summary>Sends everything; completes when the broker has all of it.</summary>
    public async Task PlayAsync()
    {
        await Task.Run(() => new Playback(Clock, TimeProvider.System).PlayAsync(_messages, Send, CancellationToken.None));
        await _sender.FlushAsync(CancellationToken.None);
        Assert.Empty(_sender.Failures);
    }

    public void Dispose() => _sender.Dispose();

    void Send(SimulatedMessage message)
    {
        Ledger.Record(message);
        CountApplication(message.Fact);
        _sender.Send(message);
        if (_awaited.TryGetValue(++_sent, out var reached))
            reached.TrySetResult();
    }

    void CountApplication(Fact fact)
    {
        var (accounts, key) = fact switch
        {
            RegistrationFact registration => (_shipments, registration.Shipment.Value),
            ScanFact scan => (_shipments, scan.Shipment.Value),
            CommandFact command => (_shipments, command.Shipment.Value),
            ManifestFact manifest => (_vehicles, manifest.Vehicle.Value),
            FixFact fix => (_vehicles, fix.Vehicle.Value),
            _ => default,
        };
        if (accounts is not null)
            accounts[key] = accounts.GetValueOrDefault(key) + 1;
    }
}
