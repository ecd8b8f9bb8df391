using System.Runtime.CompilerServices;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Actors;

/// <summary>
/// One vehicle: where it was in the last minutes, how far it is in its manifest, which fences it is in, and what it has told its shipments. Takes a message and
/// <c>now</c>, changes itself and says what should happen. It changes in place: a fix costs the same whatever the number of stops, and allocates nothing unless
/// somebody has to be told.
/// </summary>
public sealed class VehicleActor
{
    /// <summary>No fix for this long: the vehicle is silent. Trackers report every few seconds, polled ones every three minutes; two missed polls are silence.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(7);

    readonly FixWindow _window;
    readonly FenceMemberships _fences;
    readonly ToldShipments _told = new();
    Tour _tour;
    string? _fenceName;
    bool _manifestChanged;

    public VehicleActor(VehicleId id)
        : this(id, new AppliedPositions(), 0, new FixWindow(), new FenceMemberships(), Tour.None(id.Carrier), false)
    {
    }

    internal VehicleActor(VehicleId id, AppliedPositions applied, long applications, FixWindow window, FenceMemberships fences, Tour tour, bool isSilent)
    {
        Id = id;
        Applied = applied;
        Applications = applications;
        _window = window;
        _fences = fences;
        _tour = tour;
        IsSilent = isSilent;
        _told.Plan(id, tour.Manifest);
    }

    public VehicleId Id { get; }

    public AppliedPositions Applied { get; }

    /// <summary>Reports applied in its life, whatever their verdict: what a producer's ledger is compared with.</summary>
    public long Applications { get; private set; }

    public Manifest Manifest => _tour.Manifest;

    /// <summary>It has not reported for <see cref="SilentAfter"/>, and has stops to make.</summary>
    public bool IsSilent { get; private set; }

    public bool HasWatchedStops => _told.HasWatched;

    public bool HasUnconfirmed => _told.HasUnconfirmed;

    internal FixWindow Window => _window;
    internal FenceMemberships Fences => _fences;
    internal Tour Tour => _tour;
    internal ToldShipments Told => _told;

    /// <summary>When it wants <see cref="OnTimer"/> to be called; null: never.</summary>
    public DateTimeOffset? NextDueAt()
    {
        var dwell = _fences.NextDueAt();
        return SilentAt() is { } silent && !(dwell <= silent) ? silent : dwell;
    }

    /// <summary>When it has to be back in memory if it leaves it: at once while somebody has not confirmed.</summary>
    public DateTimeOffset? WakeAt(DateTimeOffset now) => HasUnconfirmed ? now : NextDueAt();

    /// <summary>A report of the log that <see cref="AppliedPositions.Judge"/> calls the next. Answers the verdict of a position.</summary>
    public FixVerdict Apply(in Report report, OpenedPartition partition, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        // First, because what is told names the position that led to it.
        Applied.Set(partition, report.Offset);
        Applications++;
        effects.StateChanged = true;
        if (report.Kind == ReportKind.Manifest)
        {
            Plan((Manifest)report.Body!, knowledge, now, effects);
            return FixVerdict.Accepted;
        }
        var verdict = _window.Add(report.Fix, report.RecordTime, _fences);
        if (verdict == FixVerdict.Accepted)
            Move(report.Fix, knowledge, now, effects);
        else if (_window.Change != WindowChange.Nothing || verdict == FixVerdict.TooLate)
            Reconsider(verdict, report.Fix, knowledge, effects);
        return verdict;
    }

    /// <summary>Other fences may be in force: also for a vehicle that is silent, and one that has come back into memory.</summary>
    public void Refence(Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        _fences.Refence(knowledge.Fences, _window, now, effects.FenceEvents);
        NameFence(knowledge, effects);
        effects.StateChanged |= effects.FenceEvents.Count > 0;
    }

    /// <summary>References to follow one after the other, for <see cref="Warm"/>.</summary>
    public const int WarmSteps = 4;

    /// <summary>
    /// Reads one place of each stretch of memory that the next fix will read, and changes nothing. A step follows the references that the step before has read, so a host
    /// that takes each step for many vehicles waits for the memory of all of them at once.
    /// </summary>
    /// <returns>Nothing of meaning, but to be used, or a compiler would spare the reading.</returns>
    public long Warm(int step) => step switch
    {
        0 => Applications,
        1 => Applied.Warm() + _window.Warm(0) + _fences.Warm() + _tour.Warm(0) + (_told.HasWatched ? 1 : 0),
        2 => _window.Warm(1) + _tour.Warm(1),
        _ => _window.Warm(2) + _tour.Warm(2),
    };

    /// <summary>One of its shipments is watched until then: it is told at once, and from now on with every tick in which the vehicle has moved.</summary>
    public void HearWatch(ShipmentId shipment, DateTimeOffset until, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        if (_told.Watch(shipment, until, out var stop))
            Tell(shipment, stop, knowledge, now, effects);
    }

    /// <summary>A shipment holds this word, or a later one, durably.</summary>
    public void HearConfirmation(ShipmentId shipment, LogStamp stamp, Effects effects) => effects.StateChanged |= _told.Confirm(shipment, stamp);

    /// <summary>Tells watched shipments where the vehicle is now.</summary>
    public void TellWatched(Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        foreach (var (shipment, stop) in _told.Watched(now))
            Tell(shipment, stop, knowledge, now, effects);
    }

    /// <summary>After a return to memory: whoever has not confirmed is told again.</summary>
    public void TellUnconfirmedAgain(Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        foreach (var (shipment, stop) in _told.Unconfirmed())
            Tell(shipment, stop, knowledge, now, effects);
    }

    /// <summary>Time has passed without a report, and input is live: it is the vehicle that is silent.</summary>
    public void OnTimer(Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        if (_fences.NextDueAt() <= now)
        {
            _fences.Silence(now, effects.FenceEvents);
            effects.StateChanged = effects.ViewChanged = true;
        }
        if (SilentAt() is not { } silent || silent > now)
            return;
        IsSilent = true;
        effects.StateChanged = effects.ViewChanged = true;
        TellOpenStops(knowledge, now, effects);
    }

    /// <summary>As operators see it; false before its first fix.</summary>
    public bool TryView(out VehicleView view)
    {
        var seen = _window.TryGetNewest(out var fix);
        view = seen
            ? new VehicleView(Id, fix.Place, fix.At, fix.SpeedMetresPerSecond, _tour.Route.DoneCount, _tour.Route.Plan.Count, IsSilent, _fenceName, _tour.LateSeconds)
            : default;
        return seen;
    }

    /// <summary>Its tour, as operators see it; null: it has no manifest.</summary>
    public VehicleRoute? DescribeRoute() => Manifest.Stops.IsEmpty ? null : new VehicleRoute(Id, [.. _tour.Stops()]);

    /// <summary>When it reaches a stop of its manifest, as the stop's shipments are told; null: it is there, has been there, or has not been seen.</summary>
    public ArrivalEstimate? ArrivalAt(int stop, Knowledge knowledge, DateTimeOffset now) => _tour.ArrivalAt(stop, knowledge.Arrivals, now);

    /// <summary>The manifest, if it has changed since the last call: to be stored with the next snapshot.</summary>
    public Manifest? TakeChangedManifest()
    {
        var changed = _manifestChanged ? Manifest : null;
        _manifestChanged = false;
        return changed;
    }

    /// <summary>The manifest that <see cref="TakeChangedManifest"/> gave was not stored.</summary>
    public void PutBackChangedManifest() => _manifestChanged = true;

    void Plan(Manifest manifest, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        if (manifest.Version <= Manifest.Version)
            return;
        _tour = _tour.Replan(manifest);
        _manifestChanged = true;
        effects.ViewChanged = true;
        foreach (var dropped in _told.Plan(Id, manifest))
            Tell(dropped, ToldShipments.Dropped, knowledge, now, effects);
        foreach (var (shipment, stop) in _told.All)
            Tell(shipment, stop, knowledge, now, effects);
    }

    void Move(in Fix fix, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        effects.ViewChanged = true;
        Fence(knowledge, effects);
        var toTell = _tour.Advance(fix, knowledge.Arrivals, effects);
        if (IsSilent)
        {
            IsSilent = false;
            TellOpenStops(knowledge, now, effects);
            return;
        }
        foreach (var stop in toTell)
            TellStop(stop, knowledge, now, effects);
    }

    DateTimeOffset? SilentAt() => !IsSilent && !_tour.IsOver && _window.TryGetNewest(out var newest) ? newest.At + SilentAfter : null;

    /// <summary>A fix that changes what was: the present stays, but for fences.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Reconsider(FixVerdict verdict, in Fix fix, Knowledge knowledge, Effects effects)
    {
        if (verdict == FixVerdict.TooLate)
            _fences.Walk(fix, effects.FenceEvents);
        else
            Fence(knowledge, effects);
    }

    void Fence(Knowledge knowledge, Effects effects)
    {
        _fences.Update(knowledge.Fences, _window, effects.FenceEvents);
        if (effects.FenceEvents.Count > 0)
            NameFence(knowledge, effects);
    }

    void NameFence(Knowledge knowledge, Effects effects)
    {
        var name = _fences.TryGetFirst(knowledge.Fences, out var fence) ? fence.Name : null;
        effects.ViewChanged |= name != _fenceName;
        _fenceName = name;
    }

    void TellOpenStops(Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        for (var stop = _tour.Route.NextStop; stop < Manifest.Stops.Length; stop++)
            TellStop(stop, knowledge, now, effects);
    }

    void TellStop(int stop, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        foreach (var shipment in Manifest.Stops[stop].Shipments)
        {
            if (_told.StopOf(shipment) == stop)
                Tell(shipment, stop, knowledge, now, effects);
        }
    }

    void Tell(ShipmentId shipment, int stop, Knowledge knowledge, DateTimeOffset now, Effects effects)
    {
        var stamp = Applied.Stamp;
        var seen = _window.TryGetNewest(out var fix);
        var progress = new VehicleProgress
        {
            Vehicle = Id,
            Stamp = stamp,
            Assigned = stop != ToldShipments.Dropped,
            ManifestRecordTime = Manifest.RecordTime,
            At = now,
            VehiclePlace = seen ? fix.Place : null,
            SeenAt = seen ? fix.At : null,
            Silent = IsSilent,
        };
        effects.Progress.Add(new ToldProgress(shipment, stop == ToldShipments.Dropped ? progress : _tour.Describe(stop, progress, knowledge.Arrivals, now)));
        _told.Told(shipment, stamp);
        effects.StateChanged = true;
    }
}
