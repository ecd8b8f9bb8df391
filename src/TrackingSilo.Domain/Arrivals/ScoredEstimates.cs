namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// The estimates of one tour that wait for the truth: of every horizon a few, made at even intervals, so that long tours and frequent fixes are not scored more than others. Mutable, for one thread; its size
/// does not depend on the number of stops.
/// </summary>
public sealed class ScoredEstimates
{
    // Of one horizon so many wait at a time, each made a third of the horizon after the one before: about one in each stretch of road.
    const int PerHorizon = 4;
    const int IntervalsPerHorizon = 3;

    readonly Waiting[] _waiting = new Waiting[ArrivalHorizons.UpperSeconds.Length * PerHorizon];
    readonly DateTimeOffset[] _madeAt = new DateTimeOffset[ArrivalHorizons.UpperSeconds.Length];
    DateTimeOffset _dueAt;
    int _count;

    // Stop 0 is written as 1, so that default is empty. Seconds are from MadeAt.
    readonly record struct Waiting(int StopPlusOne, long MadeAtMs, bool UnderWay, float Reckoned, float Median, float Low, float High);

    /// <summary>Whether it is time to make one for some horizon.</summary>
    public bool IsDue(DateTimeOffset now) => now >= _dueAt;

    /// <summary>Keeps an estimate of each horizon for which it is time, and that has a stop about in its middle.</summary>
    /// <param name="from">The first stop that is not reached.</param>
    /// <param name="stopCount">Number of stops.</param>
    /// <param name="underWay">Whether the vehicle has left its first stop.</param>
    /// <param name="now">Event time of the newest fix.</param>
    /// <param name="secondsTo">Seconds until the vehicle reaches a stop; it must not fall from one stop to the next.</param>
    public void Make<TState>(int from, int stopCount, bool underWay, DateTimeOffset now, ArrivalModel model, TState state, Func<TState, int, double> secondsTo)
    {
        _dueAt = DateTimeOffset.MaxValue;
        for (var bucket = 0; bucket < _madeAt.Length; bucket++)
        {
            var interval = TimeSpan.FromSeconds(Math.Max(30, ArrivalHorizons.UpperSeconds[bucket] / IntervalsPerHorizon));
            if (_madeAt[bucket] > DateTimeOffset.MinValue && now < _madeAt[bucket] + interval && now >= _madeAt[bucket])
            {
                _dueAt = _madeAt[bucket] + interval < _dueAt ? _madeAt[bucket] + interval : _dueAt;
                continue;
            }
            if (Find(bucket, from, stopCount, state, secondsTo) is var stop and >= 0)
                Keep(bucket, stop, underWay, now, model, secondsTo(state, stop));
            _madeAt[bucket] = now;
            _dueAt = now + interval < _dueAt ? now + interval : _dueAt;
        }
    }

    static int Find<TState>(int bucket, int from, int stopCount, TState state, Func<TState, int, double> secondsTo)
    {
        var centre = ArrivalHorizons.CentreSeconds(bucket);
        var (low, high) = (from, stopCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (secondsTo(state, middle) >= centre)
                high = middle;
            else
                low = middle + 1;
        }
        if (low < stopCount && ArrivalHorizons.BucketOf(secondsTo(state, low)) == bucket)
            return low;
        return low > from && ArrivalHorizons.BucketOf(secondsTo(state, low - 1)) == bucket ? low - 1 : -1;
    }

    void Keep(int bucket, int stop, bool underWay, DateTimeOffset now, ArrivalModel model, double seconds)
    {
        // The oldest gives way: the vehicle is late beyond all horizons, or never came there.
        var slot = bucket * PerHorizon;
        for (var i = slot; i < (bucket + 1) * PerHorizon; i++)
        {
            if (_waiting[i].StopPlusOne == 0)
            {
                slot = i;
                break;
            }
            if (_waiting[i].MadeAtMs < _waiting[slot].MadeAtMs)
                slot = i;
        }
        _count += _waiting[slot].StopPlusOne == 0 ? 1 : 0;
        var estimate = model.Estimate(seconds, underWay, now, now);
        _waiting[slot] = new Waiting(
            stop + 1, now.ToUnixTimeMilliseconds(), underWay, (float)seconds, Seconds(estimate.Median), Seconds(estimate.Low), Seconds(estimate.High));

        float Seconds(DateTimeOffset at) => (float)(at - now).TotalSeconds;
    }

    /// <summary>A stop is reached or done: its estimates are held against the truth, and let go.</summary>
    /// <param name="arrived">Null: nobody knows when, and nothing is learned.</param>
    public void Settle(int stop, DateTimeOffset? arrived, string carrier, List<ArrivalScore> scores)
    {
        if (_count == 0)
            return;
        for (var i = 0; i < _waiting.Length; i++)
        {
            ref var waiting = ref _waiting[i];
            if (waiting.StopPlusOne != stop + 1)
                continue;
            if (arrived is { } at)
                scores.Add(Score(waiting, at, carrier));
            waiting = default;
            _count--;
        }
    }

    static ArrivalScore Score(in Waiting waiting, DateTimeOffset arrived, string carrier)
    {
        // Where it turns out that the vehicle was there before: it could not come sooner than at once.
        var actual = Math.Max(0, (arrived.ToUnixTimeMilliseconds() - waiting.MadeAtMs) / 1000.0);
        var outcome = actual < waiting.Low ? WindowOutcome.CameBefore : actual > waiting.High ? WindowOutcome.CameAfter : WindowOutcome.Held;
        return new ArrivalScore(carrier, waiting.UnderWay, waiting.Reckoned, actual - waiting.Reckoned, actual - waiting.Median, waiting.High - waiting.Low, outcome, arrived);
    }
}
