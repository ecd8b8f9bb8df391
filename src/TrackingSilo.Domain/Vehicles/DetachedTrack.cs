using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>
/// The suspicion that a vehicle which is not where its progress says follows its plan somewhere farther on: it was seen first in the middle of its tour, skipped
/// a part, or was lost for long. A suspicion becomes belief when it was followed along the plan past some stops, at a pace at which they can have been served.
/// </summary>
sealed class DetachedTrack(RoutePlan plan)
{
    // What has to be followed before it is believed.
    const double BelievedMetres = 500;
    const int BelievedStops = 2;

    // A fix that fits worse begins no suspicion.
    const double StartCost = 0.6;
    const double BackwardsMetres = 60;

    // Searching all legs costs as much as it has legs; each fix earns this (all, where fixes are minutes apart), so that the work per fix is constant over time.
    const int SearchCreditPerFix = 2 * RouteProgress.LookAhead;

    int _credit = plan.Count;
    int _leg = -1;
    int _startLeg;
    RouteAnchor _last;

    /// <summary>Where the suspicion began.</summary>
    public RouteAnchor Start { get; private set; }

    public void Lose() => _leg = -1;

    /// <summary>True when the suspicion has become belief: the vehicle is at <paramref name="found"/>.</summary>
    public bool Follow(in Sighting seen, int nextStop, out RouteMatch found)
    {
        _credit = seen.IsSparse ? plan.Count : Math.Min(plan.Count, _credit + SearchCreditPerFix);
        if (_leg > nextStop && TryContinue(seen, out found))
        {
            _leg = found.Leg;
            _last = new RouteAnchor(seen.Place, found.Along, seen.Ms);
            return found.Leg - _startLeg >= BelievedStops && found.Along - Start.Along >= BelievedMetres;
        }
        found = default;
        Begin(seen, nextStop);
        return false;
    }

    bool TryContinue(in Sighting seen, out RouteMatch match)
    {
        match = new RouteMatch(-1, 1, 0);
        var last = Math.Min(plan.Count - 1, _leg + (seen.IsSparse ? RouteProgress.SparseLookAhead : RouteProgress.LookAhead));
        for (var leg = Math.Max(1, _leg - 1); leg <= last; leg++)
        {
            var candidate = RouteMatch.Of(plan, leg, seen);
            if (candidate.Cost >= match.Cost || candidate.Along < _last.Along - BackwardsMetres)
                continue;
            var service = plan.ServiceSecondsBetween(_startLeg, Math.Max(leg, _startLeg), RouteAnchor.UnplannedServiceSeconds);
            if (_last.Explains(candidate.Along, seen, 0) && Start.Explains(Start.Along, seen, service))
                match = candidate;
        }
        return match.Leg > 0;
    }

    void Begin(in Sighting seen, int nextStop)
    {
        _leg = -1;
        if (_credit < plan.Count)
            return;
        _credit = 0;
        var best = new RouteMatch(-1, StartCost, 0);
        for (var leg = nextStop + 1; leg < plan.Count; leg++)
        {
            var match = RouteMatch.Of(plan, leg, seen);
            if (match.Cost < best.Cost)
                best = match;
        }
        if (best.Leg < 0)
            return;
        _leg = _startLeg = best.Leg;
        _last = Start = new RouteAnchor(seen.Place, best.Along, seen.Ms);
    }

    public void WriteTo(ref PackedWriter writer)
    {
        writer.WriteUnsigned((ulong)_credit);
        writer.WriteSigned(_leg);
        if (_leg < 0)
            return;
        writer.WriteUnsigned((ulong)_startLeg);
        _last.WriteTo(ref writer);
        Start.WriteTo(ref writer);
    }

    public void Read(ref PackedReader reader)
    {
        _credit = reader.ReadCount(plan.Count);
        _leg = (int)Math.Clamp(reader.ReadSigned(), -1, plan.Count - 1);
        if (_leg < 0)
            return;
        _startLeg = reader.ReadCount(plan.Count - 1);
        _last = RouteAnchor.Read(ref reader);
        Start = RouteAnchor.Read(ref reader);
    }
}
