using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Actors;

/// <summary>
/// A vehicle's way through one manifest: how far it is, when it reaches what is left, and which stops have to hear of it. Mutable, for one thread.
/// </summary>
sealed class Tour
{
    /// <summary>Stops away at which a shipment is told in any case: the countdown's milestones.</summary>
    static readonly int[] StopRungs = [0, 3, 10];

    /// <summary>Within this of its place a vehicle is near a destination: a few minutes on foot, the next street.</summary>
    public const double NearMetres = 300;

    // On a flat map: farther than that is not near on the round one either.
    const double NearlyNearMetres = 301;

    readonly Dictionary<int, DateTimeOffset> _entered = [];
    readonly ScoredEstimates _scored = new();
    readonly List<int> _toTell = [];
    RouteTimes? _times;
    ArrivalModel? _timesModel;
    GeoPoint _place;
    DateTimeOffset _seenAt;

    // While the head (see RouteTimes) is longer than that, nobody comes onto a rung; it holds for this next stop, these times and this pace.
    double _quietHeadSeconds = double.NaN;
    int _quietNextStop = -1;
    double _paceFactor = 1;

    // The stops from the next one up to here have been entered.
    int _enteredUpTo;

    /// <param name="newest">The vehicle's newest fix; null: it was not seen yet.</param>
    public Tour(string carrier, RouteProgress route, CountdownLadder ladder, VehiclePace pace, IEnumerable<KeyValuePair<int, DateTimeOffset>> entered, Fix? newest)
    {
        if (newest is { } fix)
            (_place, _seenAt) = (fix.Place, fix.At);
        Carrier = carrier;
        Route = route;
        Ladder = ladder;
        Pace = pace;
        foreach (var (stop, at) in entered)
            _entered[stop] = at;
    }

    /// <summary>A vehicle without a manifest.</summary>
    public static Tour None(string carrier) => new(carrier, new RouteProgress(RoutePlan.Empty), NewLadder(), default, [], null);

    public static CountdownLadder NewLadder() => new(CountdownLadder.DefaultMinutes);

    public string Carrier { get; }
    public RouteProgress Route { get; }
    public CountdownLadder Ladder { get; }
    public VehiclePace Pace
    {
        get;
        private set
        {
            field = value;
            _paceFactor = value.Factor;
            _quietHeadSeconds = double.NaN;
        }
    }

    public Manifest Manifest => Route.Plan.Manifest;
    public bool IsOver => Route.NextStop >= Route.Plan.Count;

    /// <summary>When the circle around a stop that is not done was entered.</summary>
    public IReadOnlyDictionary<int, DateTimeOffset> Entered => _entered;

    internal long Warm(int step) => step switch
    {
        0 => Route.NextStop + _quietNextStop + _seenAt.Ticks + Ladder.RungCount,
        1 => Route.Warm(0) + (_times is null ? 0 : 1),
        _ => Route.Warm(1) + (long)(_times?.HeadSecondsPerMetre ?? 0),
    };

    /// <summary>A new version of the plan: what is done stays done, and who has heard of the countdown does not hear of it again.</summary>
    public Tour Replan(Manifest manifest)
    {
        var plan = RoutePlan.From(manifest);
        Ladder.Carry(Route.Plan, plan);
        return new Tour(Carrier, RouteProgress.Carry(Route, plan), Ladder, Pace, [], null) { _seenAt = _seenAt, _place = _place };
    }

    /// <summary>Takes the newest fix. Answers the stops that have to be told, in their order; valid until the next call.</summary>
    public List<int> Advance(in Fix fix, ArrivalModel model, Effects effects)
    {
        if (_toTell.Count > 0)
            _toTell.Clear();
        (_place, _seenAt) = (fix.Place, fix.At);
        if (IsOver)
            return _toTell;
        Time(model);
        var before = Route.NextStop;
        var change = Route.Advance(fix);
        if (change.Any)
            Note(change, before, effects);
        if (!IsOver)
        {
            Near(fix);
            Count();
            if (_scored.IsDue(_seenAt))
                _scored.Make(Route.NextPending, Route.Plan.Count, Route.NextStop > 0, _seenAt, model, this, static (tour, stop) => tour.SecondsTo(stop));
        }
        return _toTell;
    }

    /// <summary>What to say about one stop: estimates are made from the newest fix, for a plan without a fix there are none.</summary>
    public VehicleProgress Describe(int stop, VehicleProgress progress, ArrivalModel model, DateTimeOffset now)
    {
        return progress with
        {
            StopsAway = Math.Max(0, stop - Route.NextStop),
            Arrival = ArrivalAt(stop, model, now),
            WithinMinutes = WithinMinutes(stop),
            EnteredAt = _entered.TryGetValue(stop, out var entered) ? entered : Route.ArrivedAt(stop),
            ArrivedAt = Route.ArrivedAt(stop),
            DoneAt = Route.StateOf(stop) == StopState.Done ? Route.DoneAt(stop) ?? progress.SeenAt : null,
        };
    }

    /// <summary>How much later than planned it comes to its next stop; null: nothing is planned, or it has not reported.</summary>
    public int? LateSeconds
        => !IsOver && _times is not null && Manifest.Stops[Route.NextStop].PlannedAt is { } planned
            ? (int)Math.Clamp(((Route.ArrivedAt(Route.NextStop) ?? _seenAt.AddSeconds(SecondsTo(Route.NextStop))) - planned).TotalSeconds, -86_400, 86_400)
            : null;

    /// <summary>All stops as operators see them.</summary>
    public IEnumerable<RouteStop> Stops()
    {
        for (var stop = 0; stop < Route.Plan.Count; stop++)
        {
            var planned = Manifest.Stops[stop];
            var state = Route.StateOf(stop);
            DateTimeOffset? expected = state == StopState.Pending && _times is not null && _seenAt != default ? _seenAt.AddSeconds(SecondsTo(stop)) : null;
            yield return new RouteStop(planned.StopId, planned.Place, planned.Shipments.Length, state, planned.PlannedAt, expected, Route.ArrivedAt(stop), Route.DoneAt(stop));
        }
    }

    /// <summary>Null: the vehicle has not been seen, or is at the stop, or was.</summary>
    public ArrivalEstimate? ArrivalAt(int stop, ArrivalModel model, DateTimeOffset now)
    {
        if (Route.StateOf(stop) != StopState.Pending || _seenAt == default)
            return null;
        Time(model);
        return model.Estimate(SecondsTo(stop), Route.NextStop > 0, _seenAt, now);
    }

    // The plan in learned seconds: made anew when something was learned (once a minute at most), so that a fix costs no walk along the plan.
    void Time(ArrivalModel model)
    {
        if (_times is not null && ReferenceEquals(_timesModel, model))
            return;
        _times = model.TimesFor(Carrier, Route.Plan, _place, _seenAt);
        _timesModel = model;
        _quietHeadSeconds = double.NaN;
    }

    double SecondsTo(int stop) => _times!.SecondsTo(stop, Route, _paceFactor, _seenAt);

    int? WithinMinutes(int stop)
    {
        for (var rung = Ladder.RungCount - 1; rung >= 0; rung--)
        {
            if (Ladder.HasCrossed(rung, stop))
                return Ladder.MinutesOf(rung);
        }
        return null;
    }

    void Note(ProgressChange change, int before, Effects effects)
    {
        for (var stop = change.ArrivedFrom; stop < change.ArrivedTo; stop++)
        {
            ToTell(stop);
            _scored.Settle(stop, Route.ArrivedAt(stop), Carrier, effects.Scores);
        }
        for (var stop = change.DoneFrom; stop < change.DoneTo; stop++)
        {
            ToTell(stop);
            _scored.Settle(stop, Route.ArrivedAt(stop), Carrier, effects.Scores);
            Learn(stop, effects);
            _entered.Remove(stop);
        }
        effects.StopsDone += change.DoneCount;
        // Whoever has come onto a rung: between the stop that was next and the one that is.
        foreach (var rung in StopRungs)
        {
            for (var stop = before + rung + 1; stop <= Route.NextStop + rung && stop < Route.Plan.Count; stop++)
                ToTell(stop);
        }
    }

    void ToTell(int stop)
    {
        var place = _toTell.BinarySearch(stop);
        if (place < 0)
            _toTell.Insert(~place, stop);
    }

    void Near(in Fix fix)
    {
        for (var stop = Route.NextStop; stop < Route.Plan.Count && stop < Route.NextStop + 2; stop++)
        {
            // The flat map spares the trigonometry for nearly all.
            var place = Route.Plan.PlaceOf(stop);
            if (stop < _enteredUpTo || Route.Here.Project(place).LengthSquared > NearlyNearMetres * NearlyNearMetres)
                continue;
            if (!_entered.ContainsKey(stop))
            {
                if (fix.Place.DistanceMetresTo(place) > NearMetres)
                    continue;
                _entered[stop] = fix.At;
                ToTell(stop);
            }
            // Only while none before it is missing.
            if (stop == Math.Max(_enteredUpTo, Route.NextStop))
                _enteredUpTo = stop + 1;
        }
    }

    /// <summary>Tells whoever has come onto a rung of the countdown.</summary>
    void Count()
    {
        // NaN says no.
        if (_quietNextStop == Route.NextStop && _times!.HeadSeconds(Route, _paceFactor, _seenAt) > _quietHeadSeconds)
            return;
        Span<RungCrossing> crossings = stackalloc RungCrossing[16];
        int count;
        do
        {
            count = Ladder.Cross(Route.NextStop, Route.Plan.Count, this, static (tour, stop) => tour.SecondsTo(stop), crossings);
            foreach (var (_, stop) in crossings[..count])
                ToTell(stop);
        }
        while (count == crossings.Length);
        FindQuiet();
    }

    void FindQuiet()
    {
        _quietNextStop = Route.NextStop;
        _quietHeadSeconds = double.NegativeInfinity;
        for (var rung = 0; rung < Ladder.RungCount; rung++)
        {
            var stop = Ladder.FirstBeyond(rung);
            if (stop < Route.Plan.Count)
                _quietHeadSeconds = Math.Max(_quietHeadSeconds, (Ladder.MinutesOf(rung) * 60) - _times!.SecondsBehindNext(stop, Route, _paceFactor));
        }
        // Room for rounding: too early only looks in vain.
        _quietHeadSeconds += 1e-3;
    }

    void Learn(int stop, Effects effects)
    {
        if (stop == 0 || Route.ArrivedAt(stop) is not { } arrived || Route.DoneAt(stop - 1) is not { } left || arrived <= left || Route.DoneAt(stop) is not { } done)
            return;
        var travelSeconds = (arrived - left).TotalSeconds;
        Pace = Pace.Observe(_times!.TravelSecondsBetween(stop - 1, stop), travelSeconds);
        effects.Legs.Add(new LegObservation(
            Carrier, Route.Plan.PlaceOf(stop - 1), Route.Plan.PlaceOf(stop), Route.Plan.LegMetres(stop), travelSeconds, Math.Max(0, (done - arrived).TotalSeconds), arrived));
    }
}
