using Microsoft.Extensions.Logging.Abstractions;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Embedded;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.LoadTests.Engine;

/// <summary>One engine, and a fleet that reports to it in no order. Making reports is not measured, delivering them is.</summary>
sealed class EngineRun : IAsyncDisposable
{
    const int Partitions = 4;
    const int RoundReports = 100_000; // of each partition

    static readonly DateTimeOffset s_start = TimeProvider.System.GetUtcNow();

    readonly Random _random = new(1);
    readonly Region _region = new(2);
    readonly GeofenceIndex _fences;
    readonly DiscardingStore _store = new();
    readonly EmbeddedEngine _engine;
    readonly Report[][] _rounds = [.. Enumerable.Range(0, Partitions).Select(_ => new Report[RoundReports])];
    readonly DrivingVehicle[][] _vehicles;
    readonly long[] _offsets = new long[Partitions];
    long _manifestOffset;
    IReadOnlyList<OpenedPartition> _opened = [];

    public EngineRun(GeofenceIndex fences, int vehicles)
    {
        _fences = fences;
        var knowledge = new KnowledgeSource();
        knowledge.Fenced(fences);
        _engine = new EmbeddedEngine(
            _store, TimeProvider.System, new Nobody(), new Nobody(), new Nobody(), knowledge, new EmbeddedEngineSettings(), NullLogger<EmbeddedEngine>.Instance);
        _vehicles = [.. Enumerable.Range(0, Partitions).Select(partition => Enumerable.Range(0, vehicles / Partitions)
            .Select(i => new DrivingVehicle($"fleet/VAN-{partition}-{i}", partition, _region.Tour(), s_start)).ToArray())];
    }

    public EngineStatistics Statistics => _engine.Statistics;
    public long Reports { get; private set; }
    public long FenceHits { get; private set; }

    public async Task StartAsync()
    {
        await _engine.StartAsync("load test", default);
        LogPartition[] partitions = [.. Enumerable.Range(0, Partitions).Select(i => new LogPartition("load", "positions", i)), new("load", "manifests", 0)];
        _opened = await _engine.OpenPartitionsAsync(partitions, default);
        _engine.SetInput(InputState.Live);
        await PlanAsync(_vehicles.SelectMany(vehicles => vehicles));
        await _engine.FlushAsync(default);
    }

    /// <summary>Makes the next reports of randomly drawn vehicles, and plans anew for those that have come to the end of their tours.</summary>
    public async Task PrepareAsync()
    {
        var done = new HashSet<DrivingVehicle>();
        Span<int> hits = stackalloc int[FenceMemberships.Capacity];
        for (var partition = 0; partition < Partitions; partition++)
        {
            var vehicles = _vehicles[partition];
            for (var i = 0; i < RoundReports; i++)
            {
                var vehicle = vehicles[_random.Next(vehicles.Length)];
                if (vehicle.IsDone)
                {
                    done.Add(vehicle);
                    i--;
                    if (done.Count < vehicles.Length / 2)
                        continue;
                    break;
                }
                var fix = vehicle.Drive(_random);
                FenceHits += _fences.Find(fix.Place, hits) > 0 ? 1 : 0;
                _rounds[partition][i] = new Report
                {
                    Kind = ReportKind.Position, Key = vehicle.Key, Offset = _offsets[partition]++, RecordTime = fix.At, Fix = fix,
                };
            }
        }
        foreach (var vehicle in done)
            vehicle.Begin(_region.Tour());
        await PlanAsync(done);
    }

    /// <summary>Delivers them as a consumer does: batch after batch, partitions beside each other.</summary>
    public async Task DeliverAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Partitions).Select(DeliverAsync));
        Reports += Partitions * RoundReports;
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    async Task DeliverAsync(int partition)
    {
        var reports = _rounds[partition];
        var id = _opened[partition].Id;
        for (var from = 0; from < reports.Length; from += Limits.BatchMaxReports)
        {
            var batch = reports.AsMemory(from, Math.Min(Limits.BatchMaxReports, reports.Length - from));
            var result = await _engine.DeliverAsync(id, batch, default);
            if (result.Gap || result.Refusals.Count > 0)
                throw new InvalidOperationException("The engine refused reports.");
            _engine.Advance(id, reports[from + batch.Length - 1].Offset);
        }
    }

    async Task PlanAsync(IEnumerable<DrivingVehicle> vehicles)
    {
        foreach (var batch in vehicles.Select(Manifest).Chunk(Limits.BatchMaxReports))
            await _engine.DeliverAsync(_opened[Partitions].Id, batch, default);
    }

    Report Manifest(DrivingVehicle vehicle) => new()
    {
        Kind = ReportKind.Manifest,
        Key = vehicle.Key,
        Offset = _manifestOffset++,
        RecordTime = vehicle.At,
        Body = new Manifest
        {
            Version = vehicle.ManifestVersion,
            RecordTime = vehicle.At,
            Stops =
            [
                .. vehicle.Route.Select((place, stop) => new ManifestStop
                {
                    StopId = $"S{vehicle.ManifestVersion}-{stop}",
                    Place = place,
                    ServiceSeconds = 60,
                }),
            ],
        },
    };

    /// <summary>Nobody looks.</summary>
    sealed class Nobody : IUpdateSink, IOutbox, IFenceLog
    {
        public bool FleetIsWatched => false;

        public void Publish(PublishedView view)
        {
        }

        public void Publish(in VehicleView view)
        {
        }

        public bool TryEnqueue(ShipmentId id, IReadOnlyList<OutboxEntry> entries) => true;

        public void Append(VehicleId vehicle, in FenceEvent happened, Geofence? fence)
        {
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
