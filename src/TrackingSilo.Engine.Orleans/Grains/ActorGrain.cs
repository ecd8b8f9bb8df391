using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.Engine.Orleans.Grains;

/// <summary>
/// A shell around one actor: brings it from the store and back, delivers to it, and carries out what it wants. Hosting only; every rule is the actor's.
/// </summary>
abstract class ActorGrain<TActor>(ActorKind kind, SiloParts parts, IPersistentState<GrainBytes> stored) : Grain, IResidentGrain
    where TActor : class
{
    readonly ActorFailures _failures = new();
    Resident? _resident;
    TActor? _actor;
    DateTimeOffset? _dueAt;
    bool _current;
    bool _forget;

    protected SiloParts Parts => parts;
    protected EngineCounters Counters => parts.Counters;
    protected Effects Effects { get; } = new();
    protected TActor Actor => _actor!;
    protected Resident Resident => _resident!;
    protected string Key { get; private set; } = "";
    protected DateTimeOffset Now => parts.Clock.GetUtcNow();

    /// <summary>What it would show is the present: the log was read to its end while it was here.</summary>
    protected bool IsCurrent => parts.Input.IsLive || (_current && parts.OwnInputIsLive);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Key = this.GetPrimaryKeyString();
        Restore();
        _resident = parts.Residents.Enter(kind, Key, this, this.AsReference<IActorGrain>());
        _current = parts.Input.IsLive;
        if (stored.RecordExists)
        {
            Interlocked.Increment(ref Counters.ActorsLoaded);
            var now = Now;
            ScheduleAt(now); // its time may have passed while it slept
            Loaded(now);
            Carry(now);
        }
        await base.OnActivateAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (!_forget && Resident.IsDirty)
            await SaveAsync();
        parts.Residents.Leave(Resident);
        Left();
        if (reason.ReasonCode is DeactivationReasonCode.ApplicationRequested or DeactivationReasonCode.ActivationIdle)
            Interlocked.Increment(ref Counters.ActorsPassivated);
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    public Task<byte[]> DeliverAsync(byte[] delivery)
    {
        var (partition, previous, reports) = DeliveryEncoding.Read(delivery, Key);
        Used();
        var now = Now;
        var refusals = new List<Refusal>();
        var gap = false;
        foreach (var report in reports)
        {
            switch (Judge(partition, previous, report, refusals))
            {
                case Delivery.Next:
                    Deliver(partition, report, now, refusals);
                    previous = Math.Max(previous, AppliedOf(Actor)[partition.Id]);
                    break;
                case Delivery.Gap:
                    Interlocked.Increment(ref Counters.Gaps);
                    gap = true;
                    break;
            }
        }
        return Task.FromResult(Wire.Write(new DeliveryAnswer(gap, AppliedOf(Actor)[partition.Id], refusals), WireJson.Default.DeliveryAnswer));
    }

    public async Task<byte[]> FlushAsync(byte[] request)
    {
        if (Resident.IsDirty)
            await SaveAsync();
        var applied = AppliedOf(Actor).ToArray();
        var isElsewhere = Wire.Read(request, WireJson.Default.FlushRequest).Run != parts.Run;
        if (isElsewhere && parts.Clock.GetElapsedTime(Resident.EnteredAt) > Limits.ResidenceMin)
            DeactivateOnIdle(); // the next delivery brings it to the silo that reads its partition
        return Wire.Write(applied, WireJson.Default.AppliedPositionArray);
    }

    public Task TickAsync()
    {
        var now = Now;
        if (parts.Input.IsLive)
        {
            if (!_current)
            {
                _current = true;
                BecameCurrent(now);
                Carry(now);
            }
            if (_dueAt <= now)
            {
                Interlocked.Increment(ref Counters.TimersFired);
                _dueAt = null;
                OnTimer(now);
                Carry(now);
                ScheduleAt(NextDueAt(now));
            }
        }
        Ticked(now);
        var idle = parts.Clock.GetElapsedTime(Resident.LastUsed);
        if (idle >= Limits.IdleBeforePassivation && !Resident.IsDirty && MayLeave(now))
            DeactivateOnIdle();
        else
            ScheduleAt(_dueAt);
        return Task.CompletedTask;
    }

    /// <summary>It ends with all that is not durable, as in a crash of its machine.</summary>
    public void Forget() => _forget = true;

    protected abstract TActor Create();

    protected abstract TActor Read(in StoredActor stored);

    /// <summary>Its state as it is stored now; null: it is finished, and its row goes.</summary>
    protected abstract StoredActor? Write(DateTimeOffset now);

    protected abstract AppliedPositions AppliedOf(TActor actor);

    protected abstract void Apply(in Report report, OpenedPartition partition, DateTimeOffset now);

    protected abstract void OnTimer(DateTimeOffset now);

    protected abstract DateTimeOffset? NextDueAt(DateTimeOffset now);

    /// <summary>What is to be done when it came from the store.</summary>
    protected abstract void Loaded(DateTimeOffset now);

    /// <summary>What it would show is the present from now on.</summary>
    protected abstract void BecameCurrent(DateTimeOffset now);

    /// <summary>What is to be done from time to time.</summary>
    protected abstract void Ticked(DateTimeOffset now);

    protected abstract bool MayLeave(DateTimeOffset now);

    /// <summary>Whether an actor that failed may be half changed: then it is as it was when it was saved, and what was delivered to it comes again.</summary>
    protected abstract bool FailureMayHaveChangedIt { get; }

    /// <summary>What was written is durable: what depends on that happens now.</summary>
    protected abstract void Saved(DateTimeOffset now);

    /// <summary>What was written was not saved.</summary>
    protected abstract void NotSaved();

    protected abstract void Left();

    /// <summary>Carries out the effects of one message and clears them.</summary>
    protected virtual void Carry(DateTimeOffset now)
    {
        if (Effects.StateChanged)
        {
            parts.Residents.MarkDirty(Resident);
            ScheduleAt(NextDueAt(now));
        }
        foreach (var tell in Effects.Progress)
            parts.Tells.Tell(tell);
        foreach (var tell in Effects.Watches)
            parts.Tells.Tell(tell);
        Interlocked.Add(ref Counters.Tells, Effects.Progress.Count + Effects.Watches.Count);
        Effects.Clear();
    }

    protected void Used() => Resident.LastUsed = parts.Clock.GetTimestamp();

    // Only ever nearer: a time that moves with every message costs nothing, it is asked for when the earlier one has come.
    void ScheduleAt(DateTimeOffset? due)
    {
        if (due is not { } at)
            return;
        if (_dueAt is not { } before || at < before)
            _dueAt = at;
        parts.Residents.Schedule(Resident, at);
    }

    void Restore()
    {
        if (!stored.RecordExists)
        {
            _actor = Create();
            return;
        }
        try
        {
            _actor = Read(StoredActor.Read(stored.State.Value));
        }
        catch (InvalidDataException damaged)
        {
            // Going on without it would begin it anew and overwrite what can perhaps be mended.
            throw new InvalidDataException($"{kind} {Key} in the store cannot be read: {damaged.Message}", damaged);
        }
    }

    Delivery Judge(OpenedPartition partition, long previous, in Report report, List<Refusal> refusals)
    {
        switch (_failures.ParkingOf(partition.Id, report.Offset))
        {
            case Parking.RefusedBefore:
                Interlocked.Increment(ref Counters.Replayed);
                return Delivery.Replayed;
            case Parking.Quarantined:
                refusals.Add(ActorFailures.Quarantine(report.Offset));
                return Delivery.Replayed;
        }
        var judged = AppliedOf(Actor).Judge(partition.Id, previous, report.Offset);
        if (judged == Delivery.Replayed)
            Interlocked.Increment(ref Counters.Replayed);
        return judged;
    }

    void Deliver(OpenedPartition partition, in Report report, DateTimeOffset now, List<Refusal> refusals)
    {
        try
        {
            Apply(report, partition, now);
            Interlocked.Increment(ref Counters.Applied[(int)report.Kind]);
        }
        catch (Exception failure)
        {
            Effects.Clear();
            Interlocked.Increment(ref Counters.ActorFailures);
            parts.Log.ActorFailed(kind, report.Kind, partition.Partition.ToString(), report.Offset, failure);
            _failures.Add(partition.Id, report.Offset);
            refusals.Add(new Refusal(report.Offset, RefusalReason.ActorFailed, failure.GetType().Name));
            if (FailureMayHaveChangedIt)
            {
                parts.Residents.MarkClean(Resident);
                Restore();
            }
            return;
        }
        Carry(now);
    }

    async Task SaveAsync()
    {
        var now = Now;
        var written = Write(now);
        try
        {
            if (written is { } state)
            {
                stored.State.Value = state.Write();
                // What happened at fences is in no state: it must have left before the fixes that led to it count as done.
                await parts.FenceLog.FlushAsync(CancellationToken.None);
                await stored.WriteStateAsync();
            }
            else
            {
                await stored.ClearStateAsync();
                _forget = true;
                DeactivateOnIdle();
            }
        }
        catch
        {
            NotSaved();
            throw;
        }
        parts.Residents.MarkClean(Resident);
        Interlocked.Increment(ref parts.SnapshotsSaved);
        Saved(now);
        Carry(now);
    }
}
