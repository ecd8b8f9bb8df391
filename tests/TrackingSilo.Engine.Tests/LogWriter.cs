using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Tests;

/// <summary>A log of a few partitions that outlives engines, and the consumer that brings it to one.</summary>
public sealed class LogWriter(string name = "log-1")
{
    static readonly string[] Topics = ["shipments", "scans", "manifests", "positions", "commands"];
    readonly List<Report>[] _records = [.. Topics.Select(_ => new List<Report>())];

    IReadOnlyList<OpenedPartition> _opened = [];

    public PartitionId IdOf(ReportKind kind) => _opened[(int)kind].Id;

    public OpenedPartition this[ReportKind kind] => _opened[(int)kind];

    /// <summary>Writes to the end of a partition; nobody hears of it before it is delivered.</summary>
    public Report Write(ReportKind kind, string key, DateTimeOffset recordTime, object? body, Fix fix = default)
    {
        var records = _records[(int)kind];
        var report = new Report { Kind = kind, Key = key, Offset = records.Count, RecordTime = recordTime, Body = body, Fix = fix };
        records.Add(report);
        return report;
    }

    public Report Scan(ShipmentId id, ScanEvent happened, DateTimeOffset at, string? eventId = null, VehicleId? vehicle = null, DateTimeOffset? recordTime = null)
        => Write(ReportKind.Scan, id.Value, recordTime ?? at, new Scan
        {
            Id = eventId ?? ScanIdentity.Derive(happened, null, at, null, null), Event = happened, OccurredAt = at, Vehicle = vehicle,
        });

    public Report Register(ShipmentId id, DateTimeOffset at, Promise? promise = null, string merchant = "shop", params Contact[] contacts)
        => Write(ReportKind.Registration, id.Value, at, new ShipmentChange
        {
            ChangedAt = at, Merchant = merchant, Promise = promise, Recipient = contacts.Length == 0 ? null : new Recipient { Contacts = [.. contacts] },
        });

    public Report Position(VehicleId id, GeoPoint place, DateTimeOffset at)
        => Write(ReportKind.Position, id.Value, at, null, new Fix { Place = place, At = at, AccuracyMetres = 5, SpeedMetresPerSecond = 8 });

    public Report Manifest(VehicleId id, DateTimeOffset at, long version, params ManifestStop[] stops)
        => Write(ReportKind.Manifest, id.Value, at, new Manifest { Version = version, RecordTime = at, Stops = [.. stops] });

    public Report Command(ShipmentId id, DateTimeOffset at, string commandId, CommandKind kind, Instruction? instruction = null)
        => Write(ReportKind.Command, id.Value, at, new Command { Id = commandId, Kind = kind, Instruction = instruction });

    /// <summary>What a consumer does at its start.</summary>
    public async Task OpenAsync(ITrackingEngine engine)
        => _opened = await engine.OpenPartitionsAsync([.. Topics.Select(topic => new LogPartition(name, topic, 0))], CancellationToken.None);

    /// <summary>Delivers everything behind the durable position, as a consumer that has just started does, and says that input is live.</summary>
    public async Task ReplayAsync(ITrackingEngine engine)
    {
        await OpenAsync(engine);
        foreach (var kind in Enum.GetValues<ReportKind>())
            await DeliverAsync(engine, kind, _opened[(int)kind].DurableOffset + 1);
        engine.SetInput(InputState.Live);
    }

    /// <summary>Delivers a partition from an offset to its end.</summary>
    public async Task<DeliveryResult> DeliverAsync(ITrackingEngine engine, ReportKind kind, long from)
    {
        var reports = _records[(int)kind].Skip((int)from).ToArray();
        if (reports.Length == 0)
            return new DeliveryResult(false, []);
        var result = await engine.DeliverAsync(IdOf(kind), reports, CancellationToken.None);
        if (!result.Gap)
            engine.Advance(IdOf(kind), reports[^1].Offset);
        return result;
    }

    /// <summary>Delivers one record.</summary>
    public async Task<DeliveryResult> DeliverAsync(ITrackingEngine engine, Report report)
    {
        var result = await engine.DeliverAsync(IdOf(report.Kind), new[] { report }, CancellationToken.None);
        if (!result.Gap)
            engine.Advance(IdOf(report.Kind), report.Offset);
        return result;
    }
}
