using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// Turns completed legs, and what became of estimates, into the next <see cref="ArrivalModel"/>. Mutable, for one thread; bounded: what it keeps does not grow with time.
/// </summary>
public sealed class ArrivalLearner
{
    /// <summary>Travel times kept, over all carriers, cells and hours: a large city's cells in every hour of the week; about 8 MB. What comes beyond is learned on coarser levels only.</summary>
    public const int SpeedsMax = 200_000;

    /// <summary>Carriers told apart; those beyond are learned as one.</summary>
    public const int CarriersMax = 1_000;

    // Legs outside of this are errors of the plan, the clock or the fix, or a stop for the night.
    const double LegMinMetres = 30;
    const double LegMaxMetres = 200_000;
    const double SlowestMetresPerSecond = 0.5;
    const double FastestMetresPerSecond = 45;
    const double ServiceMaxSeconds = 1_800;

    // The assumption about service counts as much as so many visits, and a visit is forgotten after some hundreds.
    const double ServicePriorVisits = 5;
    const double ServiceMemoryVisits = 500;

    // A bucket's errors weigh against the untrained window, which counts as much as so many, until they are enough to stand alone.
    const double ErrorPriorCount = 20;
    const double ErrorsToStandAlone = 200;
    const double FactorMin = 0.05;
    const double FactorMax = 20;
    const double ErrorMaxSeconds = 86_400;

    const byte PackedVersion = 1;

    readonly Dictionary<string, short> _carriers = new(StringComparer.Ordinal);
    readonly Dictionary<SpeedKey, SpeedSum> _speeds = [];
    readonly List<SpeedSum> _services = []; // by carrier; visits in the place of metres
    readonly ErrorHistory[] _errors;

    public ArrivalLearner()
    {
        _errors = new ErrorHistory[ArrivalHorizons.UpperSeconds.Length];
        for (var i = 0; i < _errors.Length; i++)
            _errors[i] = new ErrorHistory((1 - ArrivalModel.Coverage) / 2);
    }

    /// <summary>Learns from a leg. One that cannot be true is left out.</summary>
    public void Observe(in LegObservation leg)
    {
        var carrier = NumberOf(leg.Carrier);
        if (leg.Metres is >= LegMinMetres and <= LegMaxMetres && leg.TravelSeconds > 0
            && leg.Metres / leg.TravelSeconds is >= SlowestMetresPerSecond and <= FastestMetresPerSecond)
        {
            var cell = SpeedKey.CellOf(leg.Place);
            Add(SpeedKey.Everything, leg);
            Add(SpeedKey.OfCarrier(carrier), leg);
            Add(new SpeedKey(carrier, cell, SpeedKey.AnyHour), leg);
            Add(new SpeedKey(carrier, cell, SpeedKey.HourOf(leg.At)), leg);
        }
        if (leg.ServiceSeconds is >= 0 and <= ServiceMaxSeconds)
        {
            var sum = _services[carrier];
            var kept = Math.Min(1, ServiceMemoryVisits / (sum.Metres + 1));
            _services[carrier] = new SpeedSum((float)((sum.Seconds + leg.ServiceSeconds) * kept), (float)((sum.Metres + 1) * kept));
        }
    }

    /// <summary>Learns from what became of an estimate. One that is no number is left out.</summary>
    public void Observe(in ArrivalScore score)
    {
        if (score.HorizonSeconds >= 0 && Math.Abs(score.ErrorSeconds) <= ErrorMaxSeconds)
            _errors[ArrivalHorizons.BucketOf(score.HorizonSeconds)].Add((float)Math.Min(score.HorizonSeconds, ErrorMaxSeconds), (float)score.ErrorSeconds, score.InWindow);
    }

    /// <summary>All that is known now.</summary>
    public ArrivalModel Snapshot()
    {
        var services = new float[_services.Count];
        for (var i = 0; i < services.Length; i++)
            services[i] = (float)_services[i].Credible(ArrivalModel.DefaultServiceSeconds, ServicePriorVisits);
        return new ArrivalModel(new Dictionary<string, short>(_carriers, StringComparer.Ordinal), new Dictionary<SpeedKey, SpeedSum>(_speeds), services, Bands());
    }

    void Add(SpeedKey key, in LegObservation leg)
    {
        if (_speeds.TryGetValue(key, out var sum) || _speeds.Count < SpeedsMax)
            _speeds[key] = sum.Add(leg.TravelSeconds, leg.Metres);
    }

    short NumberOf(string carrier)
    {
        if (_carriers.TryGetValue(carrier, out var number))
            return number;
        if (_services.Count == CarriersMax)
            return CarriersMax - 1;
        number = (short)_services.Count;
        _services.Add(default);
        _carriers.Add(carrier, number);
        return number;
    }

    /// <summary>
    /// Each bucket's own reach beside the untrained one. The fewer errors it has, the more it leans on its neighbours, and where they have none either, on the untrained window.
    /// </summary>
    ErrorBands Bands()
    {
        var own = new ErrorBand[_errors.Length];
        for (var bucket = 0; bucket < own.Length; bucket++)
        {
            own[bucket] = ErrorBand.Untrained(bucket);
            if (_errors[bucket].Count == 0)
                continue;
            var horizon = ArrivalHorizons.WithinBucket(bucket, _errors[bucket].HorizonSeconds);
            var (early, late) = _errors[bucket].Reach();
            own[bucket] = new ErrorBand(
                horizon,
                Math.Clamp(early / ArrivalHorizons.DefaultEarlySeconds(horizon), FactorMin, FactorMax),
                Math.Clamp(late / ArrivalHorizons.DefaultLateSeconds(horizon), FactorMin, FactorMax));
        }
        var blended = new ErrorBand[own.Length];
        for (var bucket = 0; bucket < own.Length; bucket++)
            blended[bucket] = Blend(own, bucket);
        return new ErrorBands(blended);
    }

    ErrorBand Blend(ReadOnlySpan<ErrorBand> own, int bucket)
    {
        double count = _errors[bucket].Count;
        var leaning = Math.Max(0, 1 - (count / ErrorsToStandAlone));
        var weight = (ErrorPriorCount * leaning) + count;
        var early = (ErrorPriorCount * leaning) + (count * own[bucket].Early);
        var late = (ErrorPriorCount * leaning) + (count * own[bucket].Late);
        for (var other = 0; other < own.Length; other++)
        {
            if (other == bucket)
                continue;
            // A neighbour counts at most twice the untrained window, and each one farther a quarter of the one before.
            var nearness = leaning * Math.Min(_errors[other].Count, 2 * ErrorPriorCount) * Math.Pow(0.25, Math.Abs(other - bucket) - 1);
            weight += nearness;
            early += nearness * own[other].Early;
            late += nearness * own[other].Late;
        }
        return own[bucket] with { Early = early / weight, Late = late / weight };
    }

    /// <summary>All of it in bytes, for the store.</summary>
    public byte[] Save()
    {
        const int SpeedMaxBytes = 3 + 5 + 1 + 8;
        var size = 64 + _carriers.Keys.Sum(PackedWriter.MaxBytes) + (_services.Count * 8) + (_speeds.Count * SpeedMaxBytes)
            + (_errors.Length * (16 + (ErrorHistory.Kept * sizeof(float))));
        var buffer = new byte[size];
        var writer = new PackedWriter(buffer);
        writer.WriteByte(PackedVersion);
        writer.WriteUnsigned((ulong)_services.Count);
        foreach (var (carrier, number) in _carriers.OrderBy(c => c.Value))
        {
            writer.WriteText(carrier);
            Write(ref writer, _services[number]);
        }
        writer.WriteUnsigned((ulong)_speeds.Count);
        foreach (var (key, sum) in _speeds)
        {
            writer.WriteSigned(key.Carrier);
            writer.WriteSigned(key.Cell);
            writer.WriteByte(key.HourOfWeek);
            Write(ref writer, sum);
        }
        writer.WriteUnsigned((ulong)_errors.Length);
        foreach (var history in _errors)
            history.WriteTo(ref writer);
        return buffer[..writer.Length];
    }

    /// <exception cref="InvalidDataException"><see cref="Save"/> did not write this.</exception>
    public static ArrivalLearner Load(ReadOnlySpan<byte> saved)
    {
        var reader = new PackedReader(saved);
        reader.ExpectVersion(PackedVersion);
        var learner = new ArrivalLearner();
        var carriers = reader.ReadCount(CarriersMax);
        for (var i = 0; i < carriers; i++)
        {
            var number = learner.NumberOf(reader.ReadText(256));
            learner._services[number] = ReadSum(ref reader);
        }
        var speeds = reader.ReadCount(SpeedsMax);
        for (var i = 0; i < speeds; i++)
        {
            var key = new SpeedKey((short)Math.Clamp(reader.ReadSigned(), -1, CarriersMax), (int)Math.Clamp(reader.ReadSigned(), -1, int.MaxValue), reader.ReadByte());
            learner._speeds[key] = ReadSum(ref reader);
        }
        var buckets = reader.ReadCount(learner._errors.Length);
        for (var i = 0; i < buckets; i++)
            learner._errors[i].Read(ref reader);
        return learner;
    }

    static void Write(ref PackedWriter writer, SpeedSum sum)
    {
        writer.WriteSingle(sum.Seconds);
        writer.WriteSingle(sum.Metres);
    }

    static SpeedSum ReadSum(ref PackedReader reader)
    {
        var sum = new SpeedSum(reader.ReadSingle(), reader.ReadSingle());
        return float.IsFinite(sum.Seconds) && float.IsFinite(sum.Metres) && sum is { Seconds: >= 0, Metres: >= 0 }
            ? sum
            : throw new InvalidDataException("A saved travel time is none.");
    }
}
