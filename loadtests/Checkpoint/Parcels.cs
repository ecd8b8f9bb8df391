using System.Globalization;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.LoadTests.Checkpoint;

/// <summary>Shipments as they are when a van has them: registered with a destination and two contacts, scanned six times. Their keys are in no order.</summary>
sealed class Parcels
{
    static readonly Knowledge s_knowledge = new KnowledgeSource().Current;
    static readonly DateTimeOffset s_noon = new(2026, 12, 21, 12, 0, 0, TimeSpan.Zero);

    readonly Random _luck = new(4711);
    readonly HashSet<long> _numbers = [];
    readonly ShipmentActor[] _models = [.. Enumerable.Range(0, 500).Select(Model)];

    /// <summary>So many more, copied as a shard copies them: no bytes yet.</summary>
    public ShipmentSnapshot[] Next(int count)
    {
        var parcels = new ShipmentSnapshot[count];
        for (var i = 0; i < count; i++)
        {
            long number;
            do
            {
                number = _luck.NextInt64(1_000_000_000_000, 10_000_000_000_000);
            }
            while (!_numbers.Add(number));
            var model = ShipmentEncoding.Copy(_models[_luck.Next(_models.Length)], s_noon);
            parcels[i] = model with { Facts = model.Facts with { Id = ShipmentId.Parse(string.Create(CultureInfo.InvariantCulture, $"acme/{number}")) } };
        }
        return parcels;
    }

    static ShipmentActor Model(int model)
    {
        var luck = new Random(model);
        var id = ShipmentId.Parse(string.Create(CultureInfo.InvariantCulture, $"acme/M{model}"));
        var actor = new ShipmentActor(id);
        var effects = new Effects();
        Apply(ReportKind.Registration, Change(luck), 0);
        ScanEvent[] way = [ScanEvent.PickedUp, ScanEvent.ArrivedAtFacility, ScanEvent.DepartedFacility, ScanEvent.ArrivedAtFacility, ScanEvent.LoadedOnVehicle, ScanEvent.OutForDelivery];
        for (var i = 0; i < way.Length; i++)
            Apply(ReportKind.Scan, ScanOf(luck, way[i], i), i);
        return actor;

        void Apply(ReportKind kind, object body, long offset)
        {
            var log = new OpenedPartition(new LogPartition("main", kind.ToString(), 3), new PartitionId(kind == ReportKind.Scan ? 7 : 3), 1, -1);
            actor.Apply(new Report { Kind = kind, Key = id.Value, Offset = luck.Next(100_000) + (offset * 100_000), RecordTime = s_noon.AddHours(offset - 6), Body = body }, log, s_knowledge, s_noon, effects);
            effects.Clear();
        }
    }

    static ShipmentChange Change(Random luck) => new()
    {
        ChangedAt = s_noon.AddDays(-2),
        Merchant = "Bookshop " + luck.Next(100),
        Service = "standard",
        Promise = new Promise(null, s_noon.AddHours(6)),
        Destination = new Destination { Place = Near(luck), Postcode = "68159", City = "Mannheim", Country = "DE", TimeZone = "Europe/Berlin" },
        Recipient = new Recipient
        {
            Name = "A. Recipient " + luck.Next(1_000),
            Contacts = [new Contact("email", $"recipient.{luck.Next(100_000)}@example.org"), new Contact("sms", "+49151" + luck.Next(1_000_000, 10_000_000))],
            Locale = "de-DE",
        },
    };

    static Scan ScanOf(Random luck, ScanEvent happened, int i) => new()
    {
        Id = Convert.ToHexStringLower(Bytes(luck)),
        Event = happened,
        Code = "C" + (int)happened,
        OccurredAt = s_noon.AddHours(i - 6),
        Location = new ScanLocation { Facility = "Hub " + luck.Next(20), City = "Mannheim", Country = "DE", Place = Near(luck) },
        Description = "Processed at the facility",
        Vehicle = happened >= ScanEvent.LoadedOnVehicle ? VehicleId.Parse("acme/VAN-" + luck.Next(100)) : null,
    };

    static byte[] Bytes(Random luck)
    {
        var bytes = new byte[12];
        luck.NextBytes(bytes);
        return bytes;
    }

    static GeoPoint Near(Random luck) => GeoPoint.TryCreate(49.4 + (luck.NextDouble() / 5), 8.4 + (luck.NextDouble() / 5), out var point) ? point : default;
}
