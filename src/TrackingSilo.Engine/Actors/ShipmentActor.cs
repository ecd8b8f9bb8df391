using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Actors;

/// <summary>
/// One shipment: its facts, and which log positions led to them. Takes a message and <c>now</c>, changes itself and says what should happen; it has no
/// thread, no clock and no I/O. The next state is worked out whole before it takes the place of the present one.
/// </summary>
public sealed class ShipmentActor
{
    readonly List<(VehicleId Vehicle, LogStamp Stamp)> _heard = [];
    DateTimeOffset? _watchedUntil;
    Punctuality _punctuality;

    public ShipmentActor(ShipmentId id) => Facts = new Shipment { Id = id };

    internal ShipmentActor(Shipment facts, AppliedPositions applied, long applications, DateTimeOffset? savedAt)
    {
        Facts = facts;
        Applied = applied;
        Applications = applications;
        SavedAt = savedAt;
    }

    public Shipment Facts { get; private set; }

    public AppliedPositions Applied { get; } = new();

    /// <summary>Reports applied in its life: what a producer's ledger is compared with.</summary>
    public long Applications { get; private set; }

    /// <summary>When the state that it was loaded from was saved; null: it began in memory.</summary>
    public DateTimeOffset? SavedAt { get; }

    /// <summary>Anything is known of it: a shipment that nobody has reported has no view.</summary>
    public bool Exists => Applications > 0;

    public bool IsWatched(DateTimeOffset now) => _watchedUntil > now;

    /// <summary>Finished and forgotten: its row goes.</summary>
    public bool IsOver(DateTimeOffset now) => ShipmentTimes.ForgottenAt(Facts) <= now && Facts.Outbox.IsEmpty;

    /// <summary>When it wants <see cref="OnTimer"/> to be called; null: never.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset now)
        => ReferenceEquals(MilestoneRules.DecideSilence(Facts, now), Facts) ? ShipmentTimes.NextChangeAfter(Facts, now) : now;

    /// <summary>When it has to be back in memory if it leaves it: at once while something of its outbox has not been delivered.</summary>
    public DateTimeOffset? WakeAt(DateTimeOffset now) => Facts.Outbox.IsEmpty ? NextDueAt(now) : now;

    /// <summary>A report of the log that <see cref="AppliedPositions.Judge"/> calls the next.</summary>
    public void Apply(in Report report, OpenedPartition partition, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        var next = report.Kind switch
        {
            ReportKind.Registration => Facts.With((ShipmentChange)report.Body!),
            ReportKind.Scan => Facts.With((Scan)report.Body!),
            ReportKind.Command => Facts.With((Command)report.Body!, report.RecordTime),
            _ => throw new ArgumentOutOfRangeException(nameof(report), report.Kind, "Not for a shipment."),
        };
        next = MilestoneRules.Decide(next, report.RecordTime, knowledge.Rungs);
        Become(next, now, effects);
        Applied.Set(partition, report.Offset);
        Applications++;
        effects.StateChanged = true;
        if (Applications == 1)
            effects.ViewChanged = true;
    }

    /// <summary>A vehicle's word. It is confirmed to the vehicle once the state that holds it is durable, see <see cref="TakeHeard"/>.</summary>
    public void Hear(VehicleProgress progress, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        Become(MilestoneRules.Decide(Facts.With(progress), now, knowledge.Rungs), now, effects);
        _heard.Add((progress.Vehicle, progress.Stamp));
        effects.StateChanged = true;
    }

    /// <summary>What was heard since the last call: to be confirmed when a copy of the present state is durable.</summary>
    public (VehicleId Vehicle, LogStamp Stamp)[] TakeHeard()
    {
        if (_heard.Count == 0)
            return [];
        var heard = _heard.ToArray();
        _heard.Clear();
        return heard;
    }

    /// <summary>Takes back what <see cref="TakeHeard"/> gave: the copy was not saved.</summary>
    public void PutBackHeard(IEnumerable<(VehicleId Vehicle, LogStamp Stamp)> heard) => _heard.AddRange(heard);

    /// <summary>Somebody looks, until then.</summary>
    public void Watch(DateTimeOffset until, Effects effects)
    {
        if (_watchedUntil >= until)
            return;
        _watchedUntil = until;
        TellVehicleOfWatch(effects);
    }

    /// <summary>Time has passed without a report, and input is live: what is missing has really not happened.</summary>
    public void OnTimer(DateTimeOffset now, Effects effects)
    {
        Become(MilestoneRules.DecideSilence(Facts, now), now, effects);
        // The facts may be the same: what they mean changes with time.
        effects.ViewChanged |= Punctuality(now) != _punctuality;
        _punctuality = Punctuality(now);
    }

    public void Sent(IReadOnlyCollection<string> outboxKeys, DateTimeOffset now, Effects effects)
        => Become(Facts.WithSent(outboxKeys), now, effects);

    public ShipmentView View(DateTimeOffset now, Viewer viewer) => ShipmentViews.Of(Facts, now, viewer);

    Punctuality Punctuality(DateTimeOffset now) => ShipmentTimes.PunctualityOf(Facts, now);

    void Become(Shipment next, DateTimeOffset now, Effects effects)
    {
        if (ReferenceEquals(next, Facts))
            return;
        foreach (var decision in next.Milestones)
        {
            if (!Facts.Milestones.Contains(decision))
                effects.Milestones.Add(decision);
        }
        var vehicleBefore = Facts.FollowedVehicle;
        Facts = next;
        _punctuality = Punctuality(now);
        effects.StateChanged = effects.ViewChanged = true;
        if (IsWatched(now) && Facts.FollowedVehicle != vehicleBefore)
            TellVehicleOfWatch(effects);
    }

    void TellVehicleOfWatch(Effects effects)
    {
        if (Facts.FollowedVehicle is { } vehicle && _watchedUntil is { } until)
            effects.Watches.Add(new ToldWatch(vehicle, Facts.Id, until));
    }
}
