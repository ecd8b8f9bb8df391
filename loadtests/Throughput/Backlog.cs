using System.Globalization;
using System.Text;
using Confluent.Kafka;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Kafka;
using TrackingSilo.LoadTests.Engine;

namespace TrackingSilo.LoadTests.Throughput;

/// <summary>
/// What the broker is filled with, once: a fleet's manifests, then positions of vehicles drawn at random, and in a mix scans and registrations between them. Record times lie
/// within seconds, less than the catch-up spread, so that a reader is never held; the fixes themselves are five seconds apart, and older.
/// </summary>
sealed class Backlog(KafkaTopics topics, int partitions, int vehicles, int messages, bool isMix)
{
    const int ManifestPartitions = 16;
    const int ScanShare = 7;
    const double RecordSpreadMs = 3_000;
    static readonly string[] s_events = ["pickedUp", "arrivedAtFacility", "departedFacility", "outForDelivery", "delivered"];
    static readonly TimeSpan s_roomWait = TimeSpan.FromMilliseconds(50);

    readonly Random _random = new(3);
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    long _answered;
    long _failed;
    int _registered;

    public long Messages { get; private set; }

    public IReadOnlyDictionary<string, int> Partitions { get; } = new Dictionary<string, int>
    {
        [topics.Positions] = partitions, [topics.Manifests] = ManifestPartitions, [topics.Scans] = isMix ? partitions / 4 : 1,
        [topics.Shipments] = isMix ? partitions / 4 : 1, [topics.Commands] = 1, [topics.Refused] = 1,
    };

    public async Task FillAsync(KafkaSettings settings, IProgress<double> progress)
    {
        var region = new Region(2);
        var start = _now.AddDays(-30);
        var fleet = Enumerable.Range(0, vehicles).Select(i => new DrivingVehicle($"fleet/VAN-{i}", i, region.Tour(), start)).ToArray();
        var config = settings.Producer("load-test");
        (config.LingerMs, config.BatchNumMessages, config.BatchSize, config.QueueBufferingMaxMessages, config.QueueBufferingMaxKbytes) = (100, 10_000, 900_000, 400_000, 1 << 20);
        using var producer = new ProducerBuilder<byte[], byte[]>(config).Build();
        foreach (var vehicle in fleet)
            Plan(producer, vehicle);
        for (var i = 0; i < messages; i++)
        {
            var draw = isMix ? _random.Next(100) : 100;
            if (draw < ScanShare && _registered > 0)
                Scan(producer);
            else if (draw == ScanShare)
                Register(producer);
            else
                Drive(producer, fleet[_random.Next(vehicles)], region);
            if (i % 10_000 == 0)
                progress.Report(i / (double)messages);
        }
        // Flush may return before the last callbacks have run: the count decides.
        while (Interlocked.Read(ref _answered) < Messages)
            await Task.Run(() => producer.Flush(s_roomWait));
        if (_failed > 0)
            throw new InvalidOperationException($"The broker did not take {_failed} messages.");
    }

    void Drive(IProducer<byte[], byte[]> producer, DrivingVehicle vehicle, Region region)
    {
        if (vehicle.IsDone)
        {
            vehicle.Begin(region.Tour());
            Plan(producer, vehicle);
        }
        var fix = vehicle.Drive(_random);
        Send(producer, topics.Positions, vehicle.Partition, vehicle.Key, string.Create(CultureInfo.InvariantCulture,
            $$"""{"carrier":"fleet","vehicle":"{{vehicle.Key.AsSpan(6)}}","at":"{{fix.At:yyyy-MM-ddTHH:mm:ss.fff}}Z","latitude":{{fix.Place.Latitude:0.000000}},"longitude":{{fix.Place.Longitude:0.000000}},"accuracyMetres":6,"speedMetresPerSecond":{{fix.SpeedMetresPerSecond:0.0}}{{Heading(fix)}}}"""));
    }

    static string Heading(in Fix fix)
        => float.IsNaN(fix.HeadingDegrees) ? "" : string.Create(CultureInfo.InvariantCulture, $",\"headingDegrees\":{fix.HeadingDegrees:0.0}");

    void Plan(IProducer<byte[], byte[]> producer, DrivingVehicle vehicle)
    {
        var json = new StringBuilder(16_384);
        json.Append(CultureInfo.InvariantCulture, $$"""{"carrier":"fleet","vehicle":"{{vehicle.Key.AsSpan(6)}}","version":{{vehicle.ManifestVersion}},"stops":[""");
        for (var stop = 0; stop < vehicle.Route.Count; stop++)
        {
            json.Append(CultureInfo.InvariantCulture,
                $$"""{{(stop > 0 ? "," : "")}}{"stopId":"S{{stop}}","latitude":{{vehicle.Route[stop].Latitude:0.000000}},"longitude":{{vehicle.Route[stop].Longitude:0.000000}},"serviceSeconds":60,"shipments":[]}""");
        }
        Send(producer, topics.Manifests, vehicle.Partition, vehicle.Key, json.Append("]}").ToString());
    }

    void Register(IProducer<byte[], byte[]> producer)
    {
        var number = _registered++;
        Send(producer, topics.Shipments, number, $"fleet/P{number}", string.Create(CultureInfo.InvariantCulture,
            $$"""{"carrier":"fleet","trackingNumber":"P{{number}}","merchant":"shop","promisedBy":"{{_now.AddDays(2):yyyy-MM-ddTHH:mm:ss}}Z","destination":{"latitude":52.1,"longitude":13.2,"postcode":"10115","city":"Berlin","country":"DE","timeZone":"Europe/Berlin"},"recipient":{"name":"R. Roe","contacts":[{"channel":"email","address":"r{{number}}@example.org"}],"locale":"de"},"changedAt":"{{_now:yyyy-MM-ddTHH:mm:ss}}Z"}"""));
    }

    void Scan(IProducer<byte[], byte[]> producer)
    {
        var number = _random.Next(_registered);
        Send(producer, topics.Scans, number, $"fleet/P{number}", string.Create(CultureInfo.InvariantCulture,
            $$"""{"carrier":"fleet","trackingNumber":"P{{number}}","eventId":"E{{Messages}}","event":"{{s_events[_random.Next(s_events.Length)]}}","occurredAt":"{{_now.AddMinutes(-_random.Next(10_000)):yyyy-MM-ddTHH:mm:ss}}Z","location":{"facility":"HUB 1","city":"Berlin","country":"DE"} }"""));
    }

    void Send(IProducer<byte[], byte[]> producer, string topic, int number, string key, string json)
    {
        var record = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(key),
            Value = Encoding.UTF8.GetBytes(json),
            Timestamp = new Timestamp(_now.ToUnixTimeMilliseconds() + (long)(RecordSpreadMs * Messages / (messages * 1.2)), TimestampType.CreateTime),
        };
        var partition = new TopicPartition(topic, number % Partitions[topic]);
        while (true)
        {
            try
            {
                producer.Produce(partition, record, Delivered);
                Messages++;
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(s_roomWait);
            }
        }
    }

    void Delivered(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
            Interlocked.Increment(ref _failed);
        Interlocked.Increment(ref _answered);
    }
}
