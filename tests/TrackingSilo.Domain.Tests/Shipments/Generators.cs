using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Shipments;

/// <summary>
/// Random input from small pools, so that what is rare in life is common here: two contents under one id, ties, retractions of what is not there.
/// </summary>
static class Any
{
    static readonly ScanEvent[] Events = [.. Enum.GetValues<ScanEvent>().Where(happened => happened != ScanEvent.Retraction)];

    /// <summary>Half hours over three days, told in one of three offsets.</summary>
    public static readonly Gen<DateTimeOffset> Instant =
        from halfHours in Gen.Choose(0, 144)
        from offset in Gen.Elements(-5, 0, 1)
        select Sample.Eight.AddMinutes(30 * halfHours).ToOffset(TimeSpan.FromHours(offset));

    /// <summary>Some differ in a digit that is not shown.</summary>
    static readonly Gen<GeoPoint> Place = Gen.Elements(
        GeoPoint.Create(48.2, 16.37), GeoPoint.Create(48.2, 16.370_000_01), GeoPoint.Create(0, 0), GeoPoint.Create(-0.0, 0));

    static readonly Gen<VehicleId> Vehicle = Gen.Elements("post/VAN-1", "post/VAN-2", "post/VAN-3", "post/VAN-4", "rival/VAN-1").Select(VehicleId.Parse);

    static Gen<string> Pooled(string prefix, int count) => Gen.Choose(1, count).Select(number => prefix + number);

    static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class
        => Gen.OneOf(Gen.Constant<T?>(null), gen.Select(value => (T?)value));

    static Gen<T?> MaybeValue<T>(Gen<T> gen)
        where T : struct
        => Gen.OneOf(Gen.Constant<T?>(null), gen.Select(value => (T?)value));

    public static Gen<Scan> ScanWithId(Gen<string> id) =>
        from scanId in id
        from happened in Gen.Elements(Events)
        from at in Instant
        from city in Maybe(Gen.Elements("Wien", "Graz"))
        from place in MaybeValue(Place)
        from vehicle in MaybeValue(Vehicle)
        from note in Maybe(Gen.Elements("", "a", "\ud800", "\udbff"))
        select new Scan
        {
            Id = scanId, Event = happened, OccurredAt = at, Vehicle = vehicle, Description = note,
            Location = city is null && place is null ? null : new ScanLocation { City = city, Facility = "Hub " + city, Place = place },
            Proof = happened == ScanEvent.Delivered ? new ProofOfDelivery { Place = place } : null,
        };

    public static Gen<Scan> RetractionWithId(Gen<string> id) =>
        from retractionId in id
        from at in Instant
        from retracts in Maybe(Pooled("e", 12))
        select new Scan { Id = retractionId, Event = ScanEvent.Retraction, OccurredAt = at, Retracts = retracts };

    public static readonly Gen<Scan> Scan = Gen.Frequency((6, ScanWithId(Pooled("e", 12))), (1, RetractionWithId(Pooled("e", 14))));

    public static readonly Gen<ShipmentChange> Change =
        from at in Gen.Elements(Sample.Eight, Sample.Eight.ToUniversalTime(), Sample.At(1))
        from merchant in Maybe(Pooled("shop", 3))
        from promise in Maybe(from offset in Gen.Elements(0, 1) from milliseconds in Gen.Choose(0, 2)
                              select new Promise(null, Sample.At(600).AddMilliseconds(milliseconds).ToOffset(TimeSpan.FromHours(offset))))
        from destination in Maybe(from place in MaybeValue(Place) from city in Maybe(Gen.Elements("Wien", "Graz"))
                                  from zone in Maybe(Gen.Elements("Europe/Vienna", "Asia/Tokyo", "Mars/Olympus"))
                                  select new Destination { Place = place, City = city, TimeZone = zone })
        from recipient in Maybe(from name in Maybe(Gen.Elements("Ada", "Ada|sms")) from locale in Maybe(Gen.Elements("de", "en"))
                                from contacts in Gen.SubListOf(new Contact("sms", "1"), new Contact("sms", "2"), new Contact("email", "a|b"))
                                select new Recipient { Name = name, Locale = locale, Contacts = [.. contacts] })
        from requires in Maybe(from signature in Gen.Elements(true, false) select new HandOverRequirements(signature, !signature))
        select new ShipmentChange
        {
            ChangedAt = at, Merchant = merchant, Promise = promise, Destination = destination, Recipient = recipient, Requires = requires,
        };

    /// <summary>As vehicles speak: what a vehicle says at one place of its log it says once, and later places are said later.</summary>
    public static readonly Gen<VehicleProgress> Word =
        from vehicle in Vehicle
        from stamp in Gen.Choose(1, 40)
        select Sample.Word(stopsAway: 40 - stamp, minutes: stamp * 5, vehicle) with
        {
            Assigned = stamp % 7 != 0,
            ManifestRecordTime = Sample.At((vehicle.Name[^1] * 13) % 5),
            WithinMinutes = stamp > 30 ? 40 - stamp : null,
            EnteredAt = stamp > 35 ? Sample.At(175) : null,
            Arrival = Sample.Window((stamp * 5) + 10, (stamp * 5) + 20, (stamp * 5) + 40),
        };

    /// <summary>All that a shipment hears, in one list.</summary>
    public static readonly Gen<object> Message = Gen.Frequency(
        (4, Scan.Select(scan => (object)scan)), (1, Change.Select(change => (object)change)), (2, Word.Select(word => (object)word)));

    /// <summary>A list, and the same once more in another order with some of it doubled.</summary>
    public static Gen<(T[] Once, T[] Again)> TwoOrders<T>(Gen<T[]> lists) =>
        from once in lists
        from doubled in Gen.SubListOf(once)
        from again in Gen.Shuffle<T>(once.Concat(doubled))
        select (once, again.ToArray());

    public static readonly Gen<ClockSchedule> Schedule =
        from speed in Gen.Elements(0.25, 1, 3.7, 20, 1200)
        from gaps in Gen.Choose(1, 100).ArrayOf().Resize(8)
        select new ClockSchedule
        {
            DomainStart = Sample.Eight.AddYears(-1), RealStart = Sample.Eight, Speed = speed,
            Skips = [.. gaps.Select((hours, i) => new ClockSkip(Sample.Eight.AddYears(-1).AddHours(200 * i), Sample.Eight.AddYears(-1).AddHours((200 * i) + hours)))],
        };

    /// <summary>Fails the test where the property does not hold; the message carries the seed that repeats it.</summary>
    public static void Holds<T>(this Gen<T> input, Action<T> property, int tests = 200)
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests), Prop.ForAll(input.ToArbitrary(), property));
}
