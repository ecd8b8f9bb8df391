using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.LoadTests.Arrivals;

/// <summary>What simpler ways would have said, also from what came before only.</summary>
sealed class Baselines
{
    // What takes longer began on another day than it was planned for.
    const double LongestTripSeconds = 3 * 3600;

    readonly Dictionary<VehicleId, FleetRecord> _plans = [];
    readonly Dictionary<VehicleId, Fix> _seen = [];
    readonly Dictionary<(string Last, string Stop), (double Seconds, int Count)> _running = [];
    readonly PriorityQueue<(ArrivalQuestion Question, FleetRecord Plan), DateTimeOffset> _known = new();
    double _metres = 500;
    double _seconds = 100;

    public void Apply(in FleetRecord record)
    {
        if (record.Manifest is not null)
        {
            _plans[record.Vehicle] = record;
            return;
        }
        if (_seen.TryGetValue(record.Vehicle, out var before) && record.Fix.At <= before.At)
            return;
        if (record.Fix.At - before.At < TimeSpan.FromMinutes(10))
        {
            _metres += before.Place.DistanceMetresTo(record.Fix.Place);
            _seconds += (record.Fix.At - before.At).TotalSeconds;
        }
        _seen[record.Vehicle] = record.Fix;
    }

    /// <summary>From the newest fix along a great circle, at the mean speed over great circles of all vehicles so far.</summary>
    public DateTimeOffset Straight(ArrivalQuestion question)
    {
        var stop = _plans.GetValueOrDefault(question.Vehicle).Manifest?.Stops.FirstOrDefault(stop => stop.StopId == question.StopId);
        if (stop is null || !_seen.TryGetValue(question.Vehicle, out var fix))
            return question.AskedAt;
        return NotBefore(question.AskedAt, fix.At.AddSeconds(fix.Place.DistanceMetresTo(stop.Place) * _seconds / _metres));
    }

    /// <summary>
    /// The planned start of the trip and the mean running time from there to the stop of the trips on this pattern before: the timetable, as far as the data shows one. Where it does not, the straight line.
    /// </summary>
    public DateTimeOffset Schedule(ArrivalQuestion question)
    {
        while (_known.TryPeek(out var past, out var at) && at <= question.AskedAt)
        {
            _known.Dequeue();
            var took = (past.Question.ArrivedAt - past.Plan.PlannedStart!.Value).TotalSeconds;
            if (took is < -600 or > LongestTripSeconds)
                continue;
            var key = Key(past.Plan.Manifest!, past.Question.StopId);
            var (seconds, count) = _running.GetValueOrDefault(key);
            _running[key] = (seconds + took, count + 1);
        }
        if (!_plans.TryGetValue(question.Vehicle, out var plan) || plan.PlannedStart is not { } start)
            return Straight(question);
        _known.Enqueue((question, plan), question.ArrivedAt);
        return _running.TryGetValue(Key(plan.Manifest!, question.StopId), out var running)
            ? NotBefore(question.AskedAt, start.AddSeconds(running.Seconds / running.Count))
            : Straight(question);
    }

    static (string, string) Key(Manifest manifest, string stopId) => (manifest.Stops[^1].StopId, stopId);

    static DateTimeOffset NotBefore(DateTimeOffset now, DateTimeOffset at) => at < now ? now : at;
}
