using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>
/// How far a vehicle has come in its plan. Mutable, for one thread. It never goes back: stops become Arrived and Done in the plan's order (a scan may mark later
/// ones as done before), and a fix looks at <see cref="LookAhead"/> legs, whatever the number of stops.
/// <para>
/// Where it cannot tell, it waits. It believes that a vehicle has passed stops when the fix fits a later leg clearly better than the present one and the
/// vehicle can have come there along the route; a jump that the route does not explain must first be followed for some stops (<see cref="DetachedTrack"/>).
/// </para>
/// </summary>
public sealed class RouteProgress
{
    /// <summary>Legs that one fix looks at. A bus that is polled every 200 s passes 4 to 6 stops between fixes.</summary>
    public const int LookAhead = 16;

    /// <summary>The same where fixes are minutes apart: a highway's length. Such fixes are few, so the work over time stays what it was.</summary>
    public const int SparseLookAhead = 48;

    /// <summary>Within this of a stop's place a vehicle is there: across the street, in the yard. A poor fix widens it.</summary>
    public const double ArrivalMetres = RouteMatch.NearMetres;

    /// <summary>Farther away than this it has left again. More than <see cref="ArrivalMetres"/>, so that noise at the edge is no coming and going.</summary>
    public const double DepartureMetres = 100;

    // A poorer fix than that says nothing about stops.
    const double RadiusMaxMetres = 150;

    // Stops so near to each other are one place: a house with several parcels' stops.
    const double SamePlaceMetres = 15;

    // Neighbours that ordinary fixes cannot tell apart.
    const double NeighbourMetres = 30;

    // Of two places that differ by less than so many accuracies, either may be the nearer.
    const double NoiseShare = 1.5;

    // How many stops ahead may be reached before the next one, in a street of narrow houses.
    const int ArrivalLookAhead = 8;

    // A fix with that little speed stands; one after so long a silence cannot show a stay, and is taken for one.
    const float StandingMetresPerSecond = 2;

    // A later leg must fit better than the present one by this share of the tolerance (more where fixes are poor), and a little more for each stop passed.
    const double PassMargin = 0.25;
    const double SparsePassMargin = 0.05;
    const double PassCostPerStop = 0.03;
    const double OffRouteCost = 1.5;

    // The anchor (infinitely far before the first usable fix) follows the vehicle until it has gone away from the next stop by more than that.
    const double RecedingMetres = 30;

    /// <summary>An upper bound of what <see cref="WriteTo"/> needs, for plans of up to 512 stops.</summary>
    public const int PackedMaxBytes = 700;

    const byte PackedVersion = 1;

    readonly StopMarks _markedDone;
    readonly StopTimes _times = new();
    readonly DetachedTrack _detached;
    RouteAnchor _anchor;
    double _closestMetres = double.PositiveInfinity;
    int _arrivedEnd;
    int _nearStop = -1;
    LocalPlane _last;
    long _lastMs = long.MinValue;
    long _lastNearMs;
    double _headMetres;

    public RouteProgress(RoutePlan plan)
    {
        Plan = plan;
        _markedDone = new StopMarks(plan.Count);
        _detached = new DetachedTrack(plan);
    }

    public RoutePlan Plan { get; }

    /// <summary>Index of the first stop that is not done; <see cref="RoutePlan.Count"/> when all are.</summary>
    public int NextStop { get; private set; }

    /// <summary>Index of the first stop that is neither done nor reached; <see cref="RoutePlan.Count"/> when there is none.</summary>
    public int NextPending => Math.Max(NextStop, _arrivedEnd);

    /// <summary>Stops that are done, those that scans marked included.</summary>
    public int DoneCount { get; private set; }

    public StopState StateOf(int stop)
        => stop < NextStop || _markedDone[stop] ? StopState.Done : stop < _arrivedEnd ? StopState.Arrived : StopState.Pending;

    /// <summary>When the vehicle reached a stop (for one that it drove by: passed it); null where it has not, nobody saw it, or that is too many stops ago.</summary>
    public DateTimeOffset? ArrivedAt(int stop) => _times.ArrivedMs(stop) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>When the stop was done; null where it is not, or that is too many stops ago.</summary>
    public DateTimeOffset? DoneAt(int stop) => _times.DoneMs(stop) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>A flat map around the newest fix.</summary>
    public LocalPlane Here => _last;

    /// <summary>
    /// Metres still to go to a stop: straight to the next one, from there along the plan. 0 for one that is done. Where no fix has come yet, the way to the next
    /// stop is taken as nothing.
    /// </summary>
    public double RemainingMetresTo(int stop)
        => stop < NextStop ? 0 : _headMetres + Plan.MetresBetween(NextStop, stop);

    /// <summary>
    /// Seconds of service before a stop, without its own, <paramref name="unplannedSeconds"/> for each to which the plan gives no time; what has passed
    /// at a stop where the vehicle stands is taken off.
    /// </summary>
    public double RemainingServiceSecondsTo(int stop, double unplannedSeconds)
    {
        if (stop <= NextStop)
            return 0;
        return Plan.ServiceSecondsBetween(NextStop, stop, unplannedSeconds) - ServedSeconds(unplannedSeconds);
    }

    /// <summary>Of the service at the next stop, what has passed since the vehicle came there; 0 where it has not.</summary>
    public double ServedSeconds(double unplannedSeconds)
    {
        if (_arrivedEnd == NextStop || _times.ArrivedMs(NextStop) is not { } since)
            return 0;
        var here = Plan.ServiceSecondsBetween(NextStop, NextStop + 1, unplannedSeconds);
        return Math.Clamp((_lastMs - since) / 1000.0, 0, here);
    }

    /// <summary>Takes the newest fix. Only <see cref="FixVerdict.Accepted"/> ones: a late fix has nothing to say about the present.</summary>
    public ProgressChange Advance(in Fix fix)
    {
        var nextBefore = NextStop;
        var doneBefore = DoneCount;
        var arrivedBefore = _arrivedEnd;
        var seen = new Sighting(fix, _lastMs);
        if (NextStop < Plan.Count && seen.Radius <= RadiusMaxMetres)
        {
            if (double.IsPositiveInfinity(_closestMetres))
                AnchorAt(seen.Place, seen.Ms);
            LeaveArrivedStops(seen);
            if (NextStop < Plan.Count)
                PassStops(seen);
            if (NextStop < Plan.Count)
                ReachStops(seen);
            if (NextStop < Plan.Count)
                FollowWithAnchor(seen);
        }
        _last = seen.Plane;
        _lastMs = seen.Ms;
        MeasureHead();
        return new ProgressChange(Math.Max(arrivedBefore, NextStop), Math.Max(_arrivedEnd, NextStop), nextBefore, NextStop, DoneCount - doneBefore);
    }

    /// <summary>Reads what <see cref="Advance"/> will read, reference by reference (0 and 1), and changes nothing: so that a host can wait for the memory of many vehicles at once.</summary>
    public long Warm(int step) => step == 0
        ? _lastMs + _anchor.Ms + Plan.Count + (long)(_closestMetres + _headMetres) + (_markedDone.IsEmpty ? 0 : 1)
        : NextStop < Plan.Count ? Plan.Warm(NextStop) + (_times.ArrivedMs(NextStop) ?? 0) : 0;

    /// <summary>A scan says that a stop is done, whatever the fixes say. False where that was known.</summary>
    public bool MarkDone(int stop, DateTimeOffset at)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)stop, (uint)Plan.Count, nameof(stop));
        if (StateOf(stop) == StopState.Done)
            return false;
        var ms = at.ToUnixTimeMilliseconds();
        _times.Note(stop, ms, ms, NextStop);
        _markedDone.Set(stop);
        DoneCount++;
        if (stop == NextStop)
        {
            SkipMarked();
            if (NextStop < Plan.Count && _lastMs != long.MinValue)
                AnchorAt(_last.Centre, _lastMs);
            MeasureHead();
        }
        return true;
    }

    // From the newest fix to the next stop: asked for many stops, so kept.
    void MeasureHead()
        => _headMetres = NextStop == Plan.Count || _arrivedEnd > NextStop || _lastMs == long.MinValue
            ? 0
            : _last.Project(Plan.PlaceOf(NextStop)).Length;

    void LeaveArrivedStops(in Sighting seen)
    {
        if (_arrivedEnd == NextStop)
            return;
        if (seen.MetresTo(Plan.PlaceOf(_arrivedEnd - 1)) <= Math.Max(DepartureMetres, seen.Radius * 1.5))
            return;
        // It left somewhere between the last fix near the stop and this one; after a silence, rather soon.
        CompleteBefore(EndOfServed(), _lastNearMs + Math.Min(15_000, (seen.Ms - _lastNearMs) / 2));
        if (NextStop < Plan.Count)
            _closestMetres = _anchor.Place.DistanceMetresTo(Plan.PlaceOf(NextStop));
    }

    /// <summary>The end of the stops that the vehicle served where it stood: next door too, if it stayed long enough for both.</summary>
    int EndOfServed()
    {
        var end = _arrivedEnd;
        var since = _times.ArrivedMs(NextStop) ?? _lastNearMs;
        while (end < Plan.Count
            && Plan.MetresBetween(_arrivedEnd - 1, end) <= NeighbourMetres
            && (_lastNearMs - since) / 1000.0 >= RouteAnchor.HastyShare * Plan.ServiceSecondsBetween(NextStop, end + 1, RouteAnchor.UnplannedServiceSeconds))
        {
            end++;
        }
        return end;
    }

    void PassStops(in Sighting seen)
    {
        var present = PresentCost(seen);
        var last = Math.Min(Plan.Count - 1, NextStop + (seen.IsSparse ? SparseLookAhead : LookAhead));
        // A vehicle that is seen every few minutes, driving, has passed what lies behind it.
        var margin = seen is { IsSparse: true, SpeedMetresPerSecond: > StandingMetresPerSecond }
            ? SparsePassMargin
            : Math.Max(PassMargin, NoiseShare * seen.AccuracyMetres / seen.Radius);
        var best = new RouteMatch(-1, present - margin, 0);
        // On its way as it should be, nothing can fit better: that is nearly every fix.
        for (var leg = NextStop + 1; leg <= last && best.Cost > 0; leg++)
        {
            var match = RouteMatch.Of(Plan, leg, seen);
            match = match with { Cost = match.Cost + (PassCostPerStop * (leg - NextStop)) };
            if (match.Cost < best.Cost && Explains(match.Leg, match.Along, seen))
                best = match;
        }
        if (best.Leg > 0)
            Pass(best, _anchor, seen);
        else if (present < 1 && (NextStop > 0 || _arrivedEnd > 0))
            _detached.Lose();
        else if (_detached.Follow(seen, NextStop, out var found))
            Pass(found, _detached.Start, seen);
    }

    /// <summary>Whether the way from the anchor to a place on a leg explains the fix, with the stops on it that have not been reached.</summary>
    bool Explains(int leg, double along, in Sighting seen)
    {
        var unvisited = Math.Min(leg, Math.Max(NextStop, _arrivedEnd));
        return _anchor.Explains(along, seen, Plan.ServiceSecondsBetween(unvisited, leg, RouteAnchor.UnplannedServiceSeconds));
    }

    /// <summary>How badly a fix fits "on the way to the next stop". Before the first stop the way is unknown: from where the vehicle was seen first.</summary>
    double PresentCost(in Sighting seen)
    {
        if (NextStop > 0)
            return Math.Min(OffRouteCost, RouteMatch.Of(Plan, NextStop, seen).Cost);
        var start = seen.Plane.Project(_anchor.Place);
        var end = seen.Plane.Project(Plan.PlaceOf(0));
        var off = PlanePoint.Between(start, end, PlanePoint.NearestShare(start, end)).Length;
        return Math.Min(OffRouteCost, off / seen.Radius);
    }

    void Pass(RouteMatch match, RouteAnchor from, in Sighting seen)
    {
        var metres = match.Along - from.Along;
        for (var stop = NextStop; stop < match.Leg; stop++)
        {
            var share = metres > 0 ? Math.Clamp((Plan.MetresAt(stop) - from.Along) / metres, 0, 1) : 1;
            var passedMs = from.Ms + (long)(share * (seen.Ms - from.Ms));
            // What lies before the place where the vehicle was found was done at some time before.
            _times.Note(stop, Plan.MetresAt(stop) >= from.Along ? passedMs : null, passedMs, NextStop);
        }
        CompleteBefore(match.Leg, seen.Ms);
        if (NextStop < Plan.Count)
            AnchorAt(seen.Place, seen.Ms);
        _detached.Lose();
    }

    void ReachStops(in Sighting seen)
    {
        var nearest = -1;
        var nearestMetres = seen.Radius;
        var othersAreNearer = false;
        // A later one must be nearer by more than noise.
        var margin = 0.0;
        for (var stop = Math.Max(NextStop, _arrivedEnd - 1); stop < Math.Min(Plan.Count, NextStop + ArrivalLookAhead); stop++)
        {
            // Most are far: no root for them.
            if (!seen.IsWithin(nearestMetres, Plan.PlaceOf(stop)))
                continue;
            var metres = seen.MetresTo(Plan.PlaceOf(stop));
            if (metres + margin > nearestMetres)
                continue;
            othersAreNearer |= stop >= _arrivedEnd;
            if (stop > NextStop && !Explains(stop, Plan.MetresAt(stop), seen))
                continue;
            nearest = stop;
            nearestMetres = metres;
            margin = Math.Max(SamePlaceMetres, NoiseShare * seen.AccuracyMetres);
        }
        var again = nearest >= 0 && nearest == _nearStop;
        _nearStop = nearest;
        if (nearest >= _arrivedEnd)
        {
            var standing = seen.SpeedMetresPerSecond <= StandingMetresPerSecond || seen.IsSparse || _lastMs == long.MinValue;
            if (again || (standing && (nearest == NextStop || _arrivedEnd == NextStop)))
                Arrive(nearest, seen.Place, seen.Ms);
        }
        else if (nearest >= 0 && !othersAreNearer)
        {
            StayArrived(seen.Place, seen.Ms);
        }
    }

    void StayArrived(GeoPoint place, long ms)
    {
        _lastNearMs = ms;
        _anchor = new RouteAnchor(place, Plan.MetresAt(_arrivedEnd - 1), ms);
    }

    void Arrive(int stop, GeoPoint place, long ms)
    {
        CompleteBefore(stop, ms);
        var end = stop + 1;
        while (end < Plan.Count && end - stop < LookAhead && Plan.MetresBetween(stop, end) <= SamePlaceMetres)
            end++;
        _arrivedEnd = end;
        for (var i = stop; i < end; i++)
            _times.Note(i, ms, null, NextStop);
        StayArrived(place, ms);
        _detached.Lose();
    }

    void FollowWithAnchor(in Sighting seen)
    {
        if (_arrivedEnd > NextStop)
            return;
        var metres = seen.MetresTo(Plan.PlaceOf(NextStop));
        if (metres > _closestMetres + RecedingMetres)
            return;
        _closestMetres = Math.Min(metres, _closestMetres);
        _anchor = new RouteAnchor(seen.Place, Plan.MetresAt(NextStop) - metres, seen.Ms);
    }

    void AnchorAt(GeoPoint place, long ms)
    {
        _closestMetres = place.DistanceMetresTo(Plan.PlaceOf(NextStop));
        _anchor = new RouteAnchor(place, Plan.MetresAt(NextStop) - _closestMetres, ms);
    }

    void CompleteBefore(int stop, long ms)
    {
        for (; NextStop < stop; NextStop++)
        {
            if (_markedDone[NextStop])
                continue;
            if (_times.DoneMs(NextStop) is null)
                _times.Note(NextStop, ms, ms, NextStop);
            DoneCount++;
        }
        SkipMarked();
    }

    void SkipMarked()
    {
        while (NextStop < Plan.Count && _markedDone[NextStop])
            NextStop++;
        _arrivedEnd = Math.Max(_arrivedEnd, NextStop);
        _nearStop = _nearStop >= NextStop ? _nearStop : -1;
    }

    /// <summary>
    /// The progress of the same vehicle through a new version of its plan: stops that were done or reached stay so, where they are the same (<see cref="RoutePlan.SameStopsOf"/>). With no
    /// <paramref name="old"/> one it begins.
    /// </summary>
    public static RouteProgress Carry(RouteProgress? old, RoutePlan newPlan)
    {
        var progress = new RouteProgress(newPlan);
        if (old is null)
            return progress;
        var same = newPlan.SameStopsOf(old.Plan);
        for (var i = 0; i < newPlan.Count; i++)
        {
            var before = same[i];
            if (before < 0 || old.StateOf(before) != StopState.Done)
                continue;
            progress._markedDone.Set(i);
            progress.DoneCount++;
            progress._times.Note(i, old._times.ArrivedMs(before), old._times.DoneMs(before), i);
        }
        progress.SkipMarked();
        progress._last = old._last;
        progress._lastMs = old._lastMs;
        if (progress.NextStop < newPlan.Count && old._lastMs != long.MinValue)
        {
            progress.AnchorAt(old._last.Centre, old._lastMs);
            if (old._arrivedEnd > old.NextStop && same[progress.NextStop] == old.NextStop)
                progress.Arrive(progress.NextStop, old._last.Centre, old._times.ArrivedMs(old.NextStop) ?? old._lastMs);
        }
        progress.MeasureHead();
        return progress;
    }

    /// <summary>Packs the progress, but not the plan. Of the stops' times only those of the last eight before the next one, and of eight from it on, survive.</summary>
    /// <returns>Bytes written, at most <see cref="PackedMaxBytes"/>; about 250 for 120 stops.</returns>
    public int WriteTo(Span<byte> destination)
    {
        var writer = new PackedWriter(destination);
        writer.WriteByte(PackedVersion);
        writer.WriteUnsigned((ulong)Plan.Count);
        writer.WriteUnsigned((ulong)NextStop);
        writer.WriteUnsigned((ulong)(_arrivedEnd - NextStop));
        writer.WriteSigned(_nearStop);
        _markedDone.WriteTo(ref writer, NextStop);
        writer.WriteSigned(_lastMs);
        if (_lastMs == long.MinValue)
            return writer.Length;
        writer.WriteDouble(_last.Centre.Latitude);
        writer.WriteDouble(_last.Centre.Longitude);
        writer.WriteSigned(_lastNearMs - _lastMs);
        writer.WriteDouble(_closestMetres);
        _anchor.WriteTo(ref writer);
        _detached.WriteTo(ref writer);
        _times.WriteTo(ref writer, NextStop, Plan.Count, _lastMs);
        return writer.Length;
    }

    /// <exception cref="InvalidDataException"><see cref="WriteTo"/> did not write this, or for another plan.</exception>
    public static RouteProgress Read(ReadOnlySpan<byte> packed, RoutePlan plan)
    {
        var reader = new PackedReader(packed);
        reader.ExpectVersion(PackedVersion);
        if (reader.ReadCount(int.MaxValue) != plan.Count)
            throw new InvalidDataException("A packed progress is of another plan.");
        var progress = new RouteProgress(plan) { NextStop = reader.ReadCount(plan.Count) };
        progress._arrivedEnd = progress.NextStop + reader.ReadCount(plan.Count - progress.NextStop);
        progress._nearStop = (int)Math.Clamp(reader.ReadSigned(), -1, plan.Count - 1);
        progress._markedDone.Read(ref reader, progress.NextStop);
        progress.DoneCount = progress.NextStop;
        for (var stop = progress.NextStop; stop < plan.Count; stop++)
            progress.DoneCount += progress._markedDone[stop] ? 1 : 0;
        progress._lastMs = reader.ReadSigned();
        if (progress._lastMs == long.MinValue)
            return progress;
        if (!GeoPoint.TryCreate(reader.ReadDouble(), reader.ReadDouble(), out var place) || !FixGrid.IsInstant(progress._lastMs))
            throw new InvalidDataException("A packed progress has no place or no instant.");
        progress._last = new LocalPlane(place);
        progress._lastNearMs = unchecked(reader.ReadSigned() + progress._lastMs);
        progress._closestMetres = reader.ReadDouble();
        progress._anchor = RouteAnchor.Read(ref reader);
        progress._detached.Read(ref reader);
        progress._times.Read(ref reader, progress.NextStop, plan.Count, progress._lastMs);
        progress.MeasureHead();
        return progress;
    }
}
