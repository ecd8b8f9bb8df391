using TrackingSilo.Domain.Packing;

namespace TrackingSilo.Domain.Arrivals;

/// <summary>
/// Turns completed legs, and what became of estimates, into the next <see cref="ArrivalModel"/>. Mutable, for one thread; bounded: what it keeps does not grow with time.
/// </summary>
public sealed class ArrivalLearner
{
    /// <summary>Travel times kept, over all carriers, legs, cells and hours: the streets between a large city's doors, and its cells in every hour of the week; about 10 MB.</summary>
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

    const double ErrorMaxSeconds = 86_400;

    // Beyond so many metres the old fades: 400 legs of half a kilometre. Of one leg itself, some 50 drives.
    const double MemoryMetres = 200_000;
    const double LegMemoryDrives = 50;

    const byte PackedVersion = 2;

    readonly Dictionary<string, short> _carriers = new(StringComparer.Ordinal);
    readonly SpeedTable _speeds = new(SpeedsMax);
    readonly List<SpeedSum> _services = []; // by carrier; visits in the place of metres

    // Vehicles that have not left yet err otherwise than those that are under way: they wait for a shift, a load or a timetable.
    readonly ErrorHistory[] _underWay = Histories();
    readonly ErrorHistory[] _waiting = Histories();

    /// <summary>Learns from a leg. One that cannot be true is left out.</summary>
    public void Observe(in LegObservation leg)
    {
        var carrier = NumberOf(leg.Carrier);
        if (leg.Metres is >= LegMinMetres and <= LegMaxMetres && leg.TravelSeconds > 0
            && leg.Metres / leg.TravelSeconds is >= SlowestMetresPerSecond and <= FastestMetresPerSecond)
        {
            var cell = SpeedKey.CellOf(leg.To);
            Add(SpeedKey.Everything, leg);
            Add(SpeedKey.OfCarrier(carrier), leg);
            Add(new SpeedKey(carrier, cell, SpeedKey.AnyHour), leg);
            Add(new SpeedKey(carrier, cell, SpeedKey.HourOf(leg.At)), leg);
            Add(SpeedKey.OfLeg(carrier, leg.From, leg.To), leg);
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
            (score.UnderWay ? _underWay : _waiting)[ArrivalHorizons.BucketOf(score.HorizonSeconds)].Add(
                (float)Math.Min(score.HorizonSeconds, ErrorMaxSeconds), (float)score.ErrorSeconds, score.Outcome, score.At.ToUnixTimeSeconds());
    }

    /// <summary>All that is known now.</summary>
    public ArrivalModel Snapshot()
    {
        var services = new float[_services.Count];
        for (var i = 0; i < services.Length; i++)
            services[i] = (float)_services[i].Credible(ArrivalModel.DefaultServiceSeconds, ServicePriorVisits);
        return new ArrivalModel(new Dictionary<string, short>(_carriers, StringComparer.Ordinal), _speeds.Copy(), services, ErrorBands.From(_underWay), ErrorBands.From(_waiting));
    }

    void Add(SpeedKey key, in LegObservation leg)
        => _speeds.Add(key, leg.TravelSeconds, leg.Metres, key.IsLeg ? LegMemoryDrives * leg.Metres : MemoryMetres, leg.At);

    static ErrorHistory[] Histories() => [.. Enumerable.Range(0, ArrivalHorizons.UpperSeconds.Length).Select(_ => new ErrorHistory((1 - ArrivalModel.Coverage) / 2))];

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

    /// <summary>All of it in bytes, for the store.</summary>
    public byte[] Save()
    {
        var size = 64 + _carriers.Keys.Sum(PackedWriter.MaxBytes) + (_services.Count * 8) + (_speeds.Count * SpeedTable.MaxBytesPerEntry)
            + ((_underWay.Length + _waiting.Length) * (32 + (ErrorHistory.Kept * sizeof(float))));
        var buffer = new byte[size];
        var writer = new PackedWriter(buffer);
        writer.WriteByte(PackedVersion);
        writer.WriteUnsigned((ulong)_services.Count);
        foreach (var (carrier, number) in _carriers.OrderBy(c => c.Value))
        {
            writer.WriteText(carrier);
            Write(ref writer, _services[number]);
        }
        _speeds.WriteTo(ref writer);
        foreach (var history in (ReadOnlySpan<ErrorHistory>)[.. _underWay, .. _waiting])
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
            learner._services[number] = SpeedTable.ReadSum(ref reader);
        }
        learner._speeds.Read(ref reader);
        foreach (var history in (ReadOnlySpan<ErrorHistory>)[.. learner._underWay, .. learner._waiting])
            history.Read(ref reader);
        return learner;
    }

    static void Write(ref PackedWriter writer, SpeedSum sum)
    {
        writer.WriteSingle(sum.Seconds);
        writer.WriteSingle(sum.Metres);
    }
}
